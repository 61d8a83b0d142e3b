#include "daemon/broker/broker_trial.hpp"

#include <gtest/gtest.h>

namespace qk::broker {
namespace {

const plans::ClauseScore& score_of(const std::vector<plans::ClauseScore>& scores,
                                   const std::string& id) {
    for (const plans::ClauseScore& one : scores) {
        if (one.clause.id == id) return one;
    }
    throw std::runtime_error(id);
}

TEST(BrokerScores, OneFindingThatIsBadFailsItsClauseAndWhatWasNotTriedIsNotTested) {
    const auto scores = scores_of({{true, "let in", "", "BRK-6"},
                                   {false, "writes orders", "acl_file", "BRK-6"},
                                   {true, "hears nothing", "", "BRK-7"},
                                   {false, "of no clause", "", ""}});
    EXPECT_EQ(score_of(scores, "BRK-6").score, plans::Score::kFail);
    EXPECT_EQ(score_of(scores, "BRK-6").evidence, "writes orders: acl_file");
    EXPECT_EQ(score_of(scores, "BRK-7").score, plans::Score::kPass);
    EXPECT_EQ(score_of(scores, "BRK-9").score, plans::Score::kNotTested);
    EXPECT_FALSE(plans::is_conforming(scores));
    EXPECT_TRUE(plans::is_conforming(scores_of({{true, "hears nothing", "", "BRK-7"}})));
    EXPECT_FALSE(plans::is_conforming(scores_of({})));
}

}  // namespace
}  // namespace qk::broker
