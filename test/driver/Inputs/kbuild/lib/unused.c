int missing(int); int unused(int x) { return missing(x); }
