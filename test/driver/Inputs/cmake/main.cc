#include <cstdio>
template <class T> static T twice(T x) { return x + x; }
int main() {
  std::printf("twice: %d %g\n", twice(4), twice(0.25));
  return 0;
}
