// Suites of the judge run in both modes of the store within one run, since what was torn between
// two of its awaits shows only where the store has threads of its own. Other suites:
// test_store.hpp.
//
//     class VerifyServiceTest : public testing::TestWithParam<StoreMode> { ... };
//     QK_IN_BOTH_STORE_MODES(VerifyServiceTest);
//     TEST_P(VerifyServiceTest, ...) { ... }
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "daemon/store/store.hpp"

namespace qk::daemon {

inline std::string name_of_mode(const testing::TestParamInfo<StoreMode>& info) {
    return info.param == StoreMode::kInline ? "Inline" : "OwnThread";
}

#define QK_IN_BOTH_STORE_MODES(suite) \
    INSTANTIATE_TEST_SUITE_P(         \
        Store, suite, testing::Values(StoreMode::kInline, StoreMode::kOwnThread), name_of_mode)

}  // namespace qk::daemon
