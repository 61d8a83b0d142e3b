// Where a piece of database work runs. Apart from store.hpp so that settings need not know SQLite.
#pragma once

namespace qk::daemon {

// kInline runs the work where it is asked for: for simulated time and for tests.
enum class StoreMode { kOwnThread, kInline };

}  // namespace qk::daemon
