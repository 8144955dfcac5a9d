// Counts the ways to place eight queens so that none attacks another.
#include <stdio.h>

static int count(int row, unsigned columns, unsigned left, unsigned right) {
  if (row == 8) return 1;
  int found = 0;
  for (int column = 0; column < 8; ++column) {
    unsigned bit = 1u << column;
    if ((columns | left | right) & bit) continue;
    found += count(row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1);
  }
  return found;
}

int main(void) {
  printf("eight queens: %d ways\n", count(0, 0, 0, 0));
  return 0;
}
