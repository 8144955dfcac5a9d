// Blocks that only a computed goto reaches stay, also in a function whose return is not the C convention's alone.
// RUN: %lathe -O2 -fzero-call-used-regs=used-gpr %s -o %t && %t
// RUN: %lathe -O1 -fzero-call-used-regs=all %s -o %t && %t
__attribute__((noinline)) static int ext(int x) { return x + 10; }
__attribute__((noinline)) static int run(const char *code) {
  static void *const labels[] = {&&add, &&twice, &&call, &&end};
  int value = 1;
  goto *labels[*code - '0'];
add:
  value += 3;
  goto *labels[*++code - '0'];
twice:
  value *= 2;
  goto *labels[*++code - '0'];
call:
  value = ext(value);
  goto *labels[*++code - '0'];
end:
  return value;
}
int main(void) { return run("0123") != 18; }
