int part_inner(int x) { return x + 2; }
int part(int x) { return part_inner(x) * 6; }
