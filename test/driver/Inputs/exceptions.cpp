// Throws of every kind, caught and passed on; results of every class of functions that may throw; values that live
// across calls into handlers; destructors in every way out.
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>
struct D { const char* n; D(const char* n) : n(n) {} ~D() { printf("~%s\n", n); } };
struct Base { virtual ~Base() {} int v = 1; }; struct Derived : Base { int w = 2; };
__attribute__((noinline)) int thrower(int k) {
  D d("thrower");
  switch (k) { case 0: throw 3; case 1: throw std::runtime_error("rt"); case 2: throw Derived(); case 3: throw "str"; case 4: throw 2.5; case 5: throw (long)9; }
  return k * 2;
}
__attribute__((noinline)) long many(int k, long a, long b, double x, double y) {
  long c = a * 3, d = b * 5; double z = x + y; long r = 0;
  try { D q("many"); r = thrower(k); r += a; }
  catch (int i) { r = i + a; }
  catch (std::exception& e) { printf("%s\n", e.what()); r = 100 + b; }
  catch (Base& e) { r = e.v + 200; }
  catch (const char* s) { printf("%s\n", s); r = 300; try { throw; } catch (...) { r += 7; } }
  catch (double f) { r = (long)(f * 2); }
  return r + c + d + (long)z + (long)x;
}
void cleanup_only() { D d("cleanup"); thrower(5); }
int nothrow() noexcept { return 5; }
long double ld(int k) { if (k) throw k; return 1.5L; }
struct Big { long a[5]; }; Big big(int k) { if (k) throw k; return Big{{1,2,3,4,5}}; }
struct Two { long a; double b; }; Two two(int k) { if (k > 1) throw k; return Two{k + 1, 2.5}; }
__int128 wide(int k) { if (k) throw k; return (__int128)7 << 70; }
void spec(int k) throw(int, const char*) { if (k == 1) throw 5; }
int main() {
  for (int k = 0; k < 7; k++) { try { printf("%d %ld\n", k, many(k, k + 10, k + 20, 1.5, 2.5)); } catch (...) { printf("any %d\n", k); } }
  try { cleanup_only(); } catch (long l) { printf("long %ld\n", l); }
  for (int k = 0; k < 3; k++) try { long double l = ld(k); Big b = big(k); Two t = two(k); __int128 w = wide(k); printf("%Lg %ld %ld %g %ld\n", l, b.a[4], t.a, t.b, (long)(w >> 64)); } catch (int i) { printf("i %d\n", i); }
  try { spec(1); } catch (int i) { printf("spec %d\n", i); }
  std::vector<std::string> v; for (int i = 0; i < 20; i++) v.push_back(std::string(i * 3, 'a' + i));
  try { v.at(100); } catch (std::out_of_range& e) { puts("oor"); }
  for (int i = 0; i < 5; i++) { try { D d("loop"); if (i == 3) break; if (i & 1) throw i; puts("no"); } catch (int x) { printf("x%d\n", x); continue; } }
  return v[19].size() == 57 ? 0 : 1;
}
