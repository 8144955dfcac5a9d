#include "a.h"
#include <stdio.h>
int main(void){ printf("%s %d\n", __FILE__, h); return 0; }
