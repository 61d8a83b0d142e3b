#include "daemon/messages.hpp"

#include <array>

namespace qk::daemon {
namespace {

constexpr std::array kAll{
    &kStarting,         &kReady,           &kStopping,       &kStopped,
    &kStoreBroken,      &kTaskFailed,      &kReloaded,       &kReloadRefused,
    &kReloadPartial,    &kLinkUp,          &kLinkDown,       &kBadMessage,
    &kQueueFull,        &kJournalTorn,     &kForecastTaken,  &kForecastRefused,
    &kFolderUnreadable, &kPackInForce,     &kPackUnreadable, &kPullFailed,
    &kInventoryLoaded,  &kOrderRetry,      &kOrderUnsigned,  &kNoticeNotTaken,
    &kRequestFailed,    &kConnectionsFull, &kBrokerForgot,   &kTokensWrong,
    &kDescriptorsFew,   &kSeasonOrders,
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
