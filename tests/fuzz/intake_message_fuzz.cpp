// Messages of enterprises and records of the intake journal: any bytes are read or refused, never
// worse.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/readings/journal_record.hpp"
#include "daemon/readings/message.hpp"
#include "daemon/readings/quarantine.hpp"

namespace {

using qk::daemon::MessageContext;

void read_all(std::string_view bytes) {
    MessageContext context{.zone = qk::rules::kBeijingTime};
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
    using qk::daemon::JournalFormat;
    for (const JournalFormat format : {JournalFormat::kOne, JournalFormat::kTwo}) {
        const qk::daemon::RecordCodec codec(format, {}, 1);
        (void)codec.is_torn(bytes, 0);
        (void)codec.next_guess(bytes, 0);
        const auto record = codec.read(bytes, 0);
        if (!record) continue;
        if (record->length > size) std::abort();
        if (format == JournalFormat::kTwo) continue;
        // What reads as a record is written the same way again.
        const auto again =
            qk::daemon::to_record_of_format_1(record->arrived, record->address, record->payload);
        if (again != bytes.substr(0, record->length)) std::abort();
    }
    (void)qk::daemon::read_segment_head(bytes);
    (void)qk::daemon::parse_journal_place(bytes);
    (void)qk::daemon::read_quarantine_text(bytes, "fuzz");
    return 0;
}
