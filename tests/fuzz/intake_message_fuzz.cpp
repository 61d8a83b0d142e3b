// Messages of enterprises and records of the intake journal: any bytes are read or refused, never
// worse.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/intake/journal.hpp"
#include "daemon/intake/message.hpp"

namespace {

using qk::daemon::MessageContext;

void read_all(std::string_view bytes) {
    MessageContext context;
    context.name = "fuzz";
    context.now = qk::rules::Instant{std::chrono::seconds{1'450'000'000}};
    (void)qk::daemon::parse_topic(bytes);
    (void)qk::daemon::parse_meter(bytes, context);
    (void)qk::daemon::parse_stack(bytes, context);
    (void)qk::daemon::parse_gate(bytes, context);
    (void)qk::daemon::parse_receipt(bytes, context);
    (void)qk::daemon::parse_status(bytes, context);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    read_all(bytes);
    if (const auto record = qk::daemon::read_record(bytes)) {
        if (record->length > size) std::abort();
        // What reads as a record is written the same way again.
        const auto& read = record->message;
        const auto again = qk::daemon::to_record(read.arrived, read.topic, read.payload);
        if (again != bytes.substr(0, record->length)) std::abort();
    }
    return 0;
}
