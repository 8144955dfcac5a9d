static _Thread_local int calls;
extern int printf(const char *, ...);
static void start(void) { printf("init %s\n", NAME); }
void (*const init_b)(void) __attribute__((section("init_table"), used)) = start;
int core_b(int x) { return ++calls + x; }
