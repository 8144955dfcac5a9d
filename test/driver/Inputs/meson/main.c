#include <stdio.h>
int part(int);
int main(void) {
  printf("part: %d\n", part(21));
  return 0;
}
