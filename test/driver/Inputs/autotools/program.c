#include <stdio.h>
int part(int);
int main(void) { printf("part: %d\n", part(5)); return 0; }
