extern int core_b(int), printf(const char *, ...);
static void start(void) { printf("init %s\n", NAME); }
void (*const init_a)(void) __attribute__((section("init_table"), used)) = start;
int core_a(int x) { return core_b(x) * 2; }
