int fixed(int x) { return x; }
