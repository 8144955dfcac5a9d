#include <stdio.h>
extern int socket_open(int);
extern void (*const __start_init_table[])(void), (*const __stop_init_table[])(void); // from the linker
__attribute__((weak)) int hook(void) { return 1; }
int main(void) {
  for (void (*const *f)(void) = __start_init_table; f < __stop_init_table; ++f) (*f)();
  printf("%s %d %d\n", NAME, socket_open(4), hook());
  return 0;
}
