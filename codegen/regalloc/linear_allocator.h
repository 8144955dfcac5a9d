#pragma once
// The state of the optimizing allocator, shared by its steps: webs.cpp (coalescing), assign.cpp (registers),
// split.cpp, rewrite.cpp (slots, moves, locations). Not for others.
//
// A web is a set of values whose ranges do not meet: the values of a phi, of a two-address chain, of copies. It
// has one spill slot. A piece is a window of its web, and has one register or none; wherever no piece with a
// register covers a value, the value is in the web's slot (or is rematerialized).

#include "codegen/regalloc/liveness.h"
#include "codegen/regalloc/moves.h"

#include <algorithm>
#include <memory>

namespace lathe::codegen {

using PieceId = u32;
using WebId = u32;

struct Web {
  RegisterClass rc = RegisterClass::General;
  u8 spill_size = 0;
  bool needs_slot = false;
  u32 range_first = 0, range_count = 0, range_capacity = 0; // into LinearAllocator::ranges_
  u32 use_first = 0, use_count = 0;                         // into LinearAllocator::uses_
  PieceId pieces = no_id;                                   // list
  u32 piece_count = 0;
  u32 segment_first = 0, segment_count = 0;                 // after assignment
  bool whole = false;                                       // one piece with a register covers everything
  FrameSlotId slot = no_id;
};

// Which ends of a window are drawn in to the uses.
enum Trim : u8 { TrimNone = 0, TrimLeft = 1, TrimRight = 2, TrimBoth = 3 };

enum class Stage : u8 { Loops, Calls, Blocks, Uses };

struct Piece {
  WebId web = 0;
  PieceId next = no_id;  // of the web
  Position from = 0, to = 0;
  u32 range_first = 0, range_last = 0; // of the web's ranges: those that meet the window
  u32 use_first = 0, use_last = 0;
  float cost = 0;        // of living in memory instead
  float weight = 0;      // cost by length: the heavier may evict the lighter
  PhysicalRegister reg = no_register;
  Stage stage = Stage::Loops;
  u8 evictions = 0;
  bool dropped = false;  // was split into others, or stays in memory
};

// Where a web is in a register: sorted by position.
struct Segment {
  Position from, to;
  PhysicalRegister reg;
};

// Which registers are taken, by point, and by whom, by register and point. Points lie in chunks; one that is taken from
// its first point to its last in one piece is noted as a whole, so that long pieces cost little: where thousands of
// values live at once, every one is as long as the function.
class Occupancy {
public:
  static constexpr PieceId fixed_owner = ~0u;
  void start(Position end);
  RegisterMask at(Position p) const { return taken_[p] | chunks_[p / chunk_size].whole; }
  // At least the interesting registers that are taken somewhere.
  RegisterMask over(Position from, Position to, RegisterMask interesting) const;
  // The first point where `r` is taken, or `to`.
  Position next_taken(PhysicalRegister r, Position from, Position to) const;
  PieceId owner(PhysicalRegister r, Position p) const {
    const Lane& lane = lanes_[r];
    return chunks_[p / chunk_size].whole & register_bit(r) ? lane.chunk_owners[p / chunk_size] : lane.owners[p];
  }
  void add(PhysicalRegister r, Position from, Position to, PieceId owner);
  void remove(PhysicalRegister r, Position from, Position to, PieceId owner);
  // How long a piece takes, in points.
  static u64 effort(Position from, Position to) {
    u64 length = to - from;
    return length < chunk_size ? length : chunk_size + length / chunk_size;
  }

private:
  static constexpr Position chunk_size = 64;
  static Position chunk_end(Position p, Position to) { return std::min(to, (p | (chunk_size - 1)) + 1); }
  struct Chunk {
    RegisterMask whole = 0, somewhere = 0; // somewhere: what the points in taken_ hold
  };
  struct Lane {
    std::unique_ptr<PieceId[]> owners, chunk_owners; // only valid where taken_ and chunks_ say so
    size_t size = 0;
  };
  void add_points(PhysicalRegister r, Position from, Position to, PieceId owner);
  void remove_points(PhysicalRegister r, Position from, Position to, PieceId owner);
  std::vector<RegisterMask> taken_;
  std::vector<Chunk> chunks_;
  Lane lanes_[64];
};

class LinearAllocator {
public:
  void run(MachineFunction& f, const RegisterFile& file, Allocation& out);

private:
  // webs.cpp
  void make_webs();
  void merge_webs();
  bool try_merge(WebId a, WebId b);
  void append_ranges(Web& to, const Web& from);
  void collect_web_uses();
  WebId web_of(VirtualRegister v) {
    WebId w = web_of_[v];
    while (parent_[w] != w) w = parent_[w] = parent_[parent_[w]];
    return w;
  }

  // assign.cpp
  void assign_all();
  void assign(PieceId);
  struct Blocked {
    RegisterMask mask;
    bool by_call;
  };
  Blocked blocked_for(const Piece&, RegisterMask interesting);
  RegisterMask clobbered_over(Position from, Position to) const;
  void find_own_fixed(const Piece&);
  PhysicalRegister choose(const Piece&, RegisterMask available);
  bool try_evict(PieceId, RegisterMask candidates);
  bool conflicts(const Piece&, PhysicalRegister r, float limit, float& heaviest);
  void place(PieceId, PhysicalRegister);
  void evict(PieceId);
  void score_hints(const Piece&);
  PhysicalRegister known_register(WebId, Position) const;
  bool is_first_save(PhysicalRegister r) const {
    return (file_->callee_saved & register_bit(r)) && !(used_saved_ & register_bit(r));
  }

  // split.cpp
  PieceId make_piece(WebId, Position from, Position to, Stage, Trim);
  void enqueue(PieceId);
  bool split(PieceId); // false if the piece cannot be made smaller
  bool split_by_loops(const Piece&);
  bool split_by_calls(const Piece&);
  bool split_by_blocks(const Piece&);
  bool split_by_uses(const Piece&);
  bool is_minimal(const Piece&) const;
  static bool is_parameter(const UsePoint&);
  bool is_free_edge(const UsePoint&, WebId) const;
  bool lives_at(const UsePoint&, Position) const;
  float cost_of(const UsePoint&);

  // shrink.cpp
  struct Stretch {
    Position from, to, end;            // `end` is where it ended at first
    Position first_needed, last_needed;
    u32 block;
    VirtualRegister vreg;
    PhysicalRegister reg;
  };
  void shrink(WebId); // appends the web's segments
  void cut_into_stretches(WebId);
  bool in_stretch(Position) const;
  bool parameter_comes_from_memory(const Stretch&) const;
  bool shrink_left(Stretch&);
  bool shrink_right(Stretch&);

  // rewrite.cpp
  void find_segments();
  void find_slot_needs();
  void color_slots();
  void rewrite();
  void value_moves(VirtualRegister);
  void instruction_moves(InstructionIndex);
  void edge_moves();
  void operand_locations();
  void resolve_all();
  Location location(VirtualRegister, Position);
  Location location_before(VirtualRegister, Position);
  Location memory(VirtualRegister v);
  PhysicalRegister register_at(const Web&, Position) const;
  void add_move(Position gap, u8 order, VirtualRegister, VirtualRegister result, Location from, Location to);

  template <class F> void for_ranges(const Piece& p, F&& f) const {
    const Web& w = webs_[p.web];
    for (u32 k = p.range_first; k < p.range_last; ++k) {
      const LiveRange& r = ranges_[w.range_first + k];
      const Position from = std::max(r.from, p.from), to = std::min(r.to, p.to);
      if (from < to) f(from, to);
    }
  }

  struct Candidate {
    float weight;
    VirtualRegister a, b;
  };
  struct OwnFixed {
    Position at;
    RegisterMask mask;
  };
  struct PendingMove {
    u64 key; // gap, order
    ParallelMove move;
  };

  MachineFunction* f_ = nullptr;
  const RegisterFile* file_ = nullptr;
  Allocation* out_ = nullptr;
  Liveness live_;
  MoveResolver resolver_;
  Occupancy taken_;
  std::vector<WebId> web_of_, parent_;
  std::vector<Web> webs_;
  std::vector<LiveRange> ranges_;
  std::vector<UsePoint> uses_;
  std::vector<Candidate> candidates_;
  std::vector<Piece> pieces_;
  std::vector<std::pair<u64, PieceId>> queue_; // heap
  std::vector<OwnFixed> own_fixed_;
  std::vector<PieceId> conflicting_, best_conflicting_;
  std::vector<Segment> segments_;
  std::vector<Stretch> stretches_;
  std::vector<PendingMove> moves_;
  std::vector<PendingMove> value_moves_;
  std::vector<ParallelMove> group_;
  std::vector<u8> stored_at_definition_; // by value: its slot is right wherever it is live
  std::vector<u32> scratch_;
  float score_[64] = {};
  float denied_ = 0; // costs of pieces that were not worth saving a register for
  std::vector<Position> fixed_points_[64];
  u64 effort_ = 0, max_effort_ = 0;
  RegisterMask used_saved_ = 0, all_clobbers_ = 0;
};

} // namespace lathe::codegen
