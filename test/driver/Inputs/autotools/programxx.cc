#include <cstdio>
int twice();
int main() { std::printf("twice: %d\n", twice()); return 0; }
