extern "C" int part(int);
struct Twice { int value; Twice(int v) : value(v) {} virtual int get() const { return 2 * value; } virtual ~Twice() {} };
Twice global(part(1));
int twice() { return global.get(); }
