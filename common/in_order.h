#pragma once
// Work on many items by several threads, whose results are taken one at a time and in the order of the items: what is
// taken is the same for every number of threads. Whoever finds nothing to do sleeps.

#include "common/int_types.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace lathe {

template <class Result, class Make, class Take, class Weight> class WorkInOrder {
public:
  WorkInOrder(u32 count, u32 threads, u64 limit, Make make, Take take, Weight weight)
      : count_(count), threads_(threads), limit_(limit), make_(make), take_(take), weight_(weight) {}

  void run() {
    {
      std::vector<std::jthread> others;
      try {
        for (u32 t = 1; t < threads_; ++t) others.emplace_back([this, t] { work(t); });
      } catch (const std::system_error&) { // the system gives no more: those that there are do it
      }
      work(0);
    }
    if (failure_) std::rethrow_exception(failure_);
  }

private:
  struct Item {
    std::unique_ptr<Result> result;
    u64 weight = 0;
    bool is_made = false;
  };
  using Lock = std::unique_lock<std::mutex>;

  void work(u32 thread) {
    Lock lock(mutex_);
    try {
      while (!stopped_) {
        if (may_take()) take_all(lock);
        else if (begun_ == count_) break; // who makes the last ones takes them
        else if (may_begin()) make_next(thread, lock);
        else changed_.wait(lock);
      }
    } catch (...) {
      if (!lock.owns_lock()) lock.lock();
      if (!failure_) failure_ = std::current_exception();
      stop();
    }
  }

  bool may_take() const { return !is_taking_ && !open_.empty() && open_.front().is_made; }
  bool may_begin() const { return weight_in_flight_ == 0 || weight_in_flight_ + weight_(begun_) <= limit_; }

  void make_next(u32 thread, Lock& lock) {
    u32 number = begun_++;
    Item& item = open_.emplace_back(std::make_unique<Result>(), weight_(number)); // stays where it is in a deque
    weight_in_flight_ += item.weight;
    lock.unlock();
    make_(number, thread, *item.result);
    lock.lock();
    item.is_made = true;
  }

  void take_all(Lock& lock) {
    is_taking_ = true;
    while (!stopped_ && !open_.empty() && open_.front().is_made) {
      Item item = std::move(open_.front());
      open_.pop_front();
      lock.unlock();
      bool more = take_(*item.result);
      item.result.reset();
      lock.lock();
      weight_in_flight_ -= item.weight;
      if (more) changed_.notify_all();
      else stop();
    }
    is_taking_ = false;
  }

  void stop() {
    stopped_ = true;
    changed_.notify_all();
  }

  const u32 count_, threads_;
  const u64 limit_;
  Make make_;
  Take take_;
  Weight weight_;
  std::mutex mutex_;
  std::condition_variable changed_; // there may be room for an item, or the end
  std::deque<Item> open_;           // begun and not yet taken
  u64 weight_in_flight_ = 0;
  u32 begun_ = 0;
  bool is_taking_ = false, stopped_ = false;
  std::exception_ptr failure_;
};

// make(item, thread, Result&) runs on any thread, with an empty result; take(Result&) follows for item 0, 1, 2... on one
// thread at a time, and ends the work early when it gives false. weight(item) tells how much of `limit` an item occupies
// from its beginning until it is taken; one larger than all of it runs alone. What either throws comes out of here.
template <class Result, class Make, class Take, class Weight>
void work_in_order(u32 count, u32 threads, u64 limit, Weight weight, Make make, Take take) {
  WorkInOrder<Result, Make, Take, Weight>(count, threads, limit, make, take, weight).run();
}

} // namespace lathe
