#include "daemon/base/messages.hpp"

#include <array>

#include "daemon/base/account_messages.hpp"
#include "daemon/base/federation_messages.hpp"
#include "daemon/base/hj212_messages.hpp"
#include "daemon/base/service_messages.hpp"
#include "daemon/base/task_messages.hpp"
#include "daemon/base/upgrade_messages.hpp"

namespace qk::daemon {
namespace {

constexpr std::array kAll{
    &kStarting,
    &kReady,
    &kStopping,
    &kStopped,
    &kStoreBroken,
    &kTaskFailed,
    &kReloaded,
    &kReloadRefused,
    &kReloadPartial,
    &kLinkUp,
    &kLinkDown,
    &kBadMessage,
    &kQueueFull,
    &kJournalTorn,
    &kJournalDamaged,
    &kJournalMissing,
    &kJournalForeign,
    &kJournalZeros,
    &kJournalTooLong,
    &kJournalPlaceLost,
    &kIntakeBacklogLeft,
    &kIntakeBacklogTaken,
    &kMessageSetAside,
    &kMessageRetried,
    &kRetryRefused,
    &kSenderOverLimit,
    &kMessagesWaitForTime,
    &kClockJumped,
    &kStoodStill,
    &kForecastTaken,
    &kForecastRefused,
    &kFolderUnreadable,
    &kCatalogueInForce,
    &kCatalogueUnreadable,
    &kControlUnreadable,
    &kPackInForce,
    &kPackUnreadable,
    &kPullFailed,
    &kInventoryLoaded,
    &kOrderRetry,
    &kMarksRefused,
    &kMarksRest,
    &kOrderUnsigned,
    &kDutyCallNotTaken,
    &kRosterGapAhead,
    &kRosterRefused,
    &kRosterTaken,
    &kMattersBeyond,
    &kNoticeNotTaken,
    &kOrderNotTakenBeside,
    &kAddresseesRefused,
    &kAddresseesTaken,
    &kTaskNotTaken,
    &kRequestFailed,
    &kConnectionsFull,
    &kBrokerForgot,
    &kTokensWrong,
    &kLoginPaused,
    &kLoginsBusy,
    &kDescriptorsFew,
    &kSeasonOrders,
    &kAddressIsFull,
    &kUploadsFull,
    &kDescriptorsOut,
    &kCertificateReloaded,
    &kCertificateRefused,
    &kFilesTightened,
    &kFilesOpen,
    &kStoreDamaged,
    &kUpgradeCopied,
    &kUpgradeDiffers,
    &kSetupWaits,
    &kWatchdogHeld,
    &kNightPageFailed,
    &kUpgradeReplayed,
    &kUpgradeReplaying,
    &kStartRefused,
    &kStopForced,
    &kActsAlone,
    &kNobodyCanAct,
    &kAuditBroken,
    &kAuditHeadNotKept,
    &kKeySucceeded,
    &kKeyEmergency,
    &kPackWaits,
    &kCallsTooMany,
    &kReadingTooLong,
    &kBrokerWaits,
    &kLinkRefused,
    &kLinkEnded,
    &kBrokerTakenOver,
    &kOneId,
    &kBrokerSessionLost,
    &kBrokerPromises,
    &kBrokerDrops,
    &kOrderRefused,
    &kOrderTampered,
    &kOrdersUnknown,
    &kOrdersFlooded,
    &kOrdersUnreadable,
    &kOrderNotKnown,
    &kRetentionDone,
    &kAnswersForgotten,
    &kHj212Listens,
    &kHj212LinkEnded,
    &kHj212Unknown,
    &kHj212ClockOff,
    &kHj212DayDiffers,
    &kRawNotKept,
    &kRawDayClosed,
    &kRawDayGone,
    &kRawUntidy,
    &kFederationTrust,
    &kFederationNotDelivered,
    &kFederationRefusedByPeer,
    &kFederationQueueLong,
    &kFederationRefused,
    &kFederationOverRate,
};

}  // namespace

std::span<const Message* const> all_messages() { return kAll; }

std::string_view to_text(LogSeverity severity) {
    switch (severity) {
        case LogSeverity::kInfo:
            return "info";
        case LogSeverity::kWarning:
            return "warning";
        case LogSeverity::kError:
            return "error";
    }
    return "error";
}

}  // namespace qk::daemon
