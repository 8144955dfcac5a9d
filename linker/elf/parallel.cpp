#include "linker/elf/passes.h"

#include <algorithm>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_sort.h>
#include <oneapi/tbb/task_arena.h>

namespace lathe::linker {

void parallel_for(u64 count, const std::function<void(u64)>& body) {
  if (count < 2 || tbb::this_task_arena::max_concurrency() == 1) {
    for (u64 i = 0; i < count; ++i) body(i);
    return;
  }
  tbb::parallel_for(tbb::blocked_range<u64>(0, count), [&](const tbb::blocked_range<u64>& range) {
    for (u64 i = range.begin(); i < range.end(); ++i) body(i);
  });
}

void parallel_sort_u64_pairs(std::vector<std::pair<u64, u64>>& pairs) {
  if (pairs.size() < 4096) std::sort(pairs.begin(), pairs.end());
  else tbb::parallel_sort(pairs.begin(), pairs.end());
}

void run_with_threads(unsigned threads, const std::function<void()>& body) {
  if (threads == 0) return body();
  tbb::task_arena arena(static_cast<int>(threads));
  arena.execute(body);
}

} // namespace lathe::linker
