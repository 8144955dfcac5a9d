// A bit of everything the chain has to carry: data of all kinds, calls, loops, switches, doubles, structs, strings.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct point { double x, y; int tag; };
static const char *const names[] = {"zero", "one", "two", "three", "four", "five"};
static struct point points[8];
int shared_counter = 3;
static long zeroed[100];
_Thread_local int per_thread = 5;

static int by_switch(int n) {
  switch (n) {
  case 0: return 5;
  case 1: return 11;
  case 2: return -7;
  case 3: return 100;
  case 4: return 3;
  case 5: return shared_counter;
  default: return n * 2;
  }
}

static struct point scale(struct point p, double by) {
  p.x *= by;
  p.y = sqrt(p.y) / by;
  p.tag += by_switch(p.tag);
  return p;
}

static int compare(const void *a, const void *b) {
  double d = ((const struct point *)a)->x - ((const struct point *)b)->x;
  return d < 0 ? -1 : d > 0;
}

int main(int argc, char **argv) {
  (void)argv;
  for (int i = 0; i < 8; ++i) points[i] = scale((struct point){i % 3 + 0.5, i * i, i}, argc + 0.5);
  qsort(points, 8, sizeof points[0], compare);
  unsigned long hash = 5381;
  for (int i = 0; i < 8; ++i) {
    char line[64];
    int n = snprintf(line, sizeof line, "%s %.3f %.3f %d", names[i % 6], points[i].x, points[i].y, points[i].tag);
    for (int k = 0; k < n; ++k) hash = hash * 33 ^ (unsigned char)line[k];
    zeroed[hash % 100] += (long)(hash >> 7) % 1000 + per_thread;
    puts(line);
  }
  long sum = 0;
  for (int i = 0; i < 100; ++i) sum += zeroed[i];
  printf("%ld %lu\n", sum, hash);
  return 0;
}
