// Any bytes as a message that may carry its place in a queue, and as the marks that a bureau tells:
// what was read is written and read again as the same, and nothing else crashes.
#include <cstdlib>

#include "daemon/base/message_sequence.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto sequence = qk::daemon::sequence_of(bytes)) {
        if (sequence->after >= sequence->number) std::abort();
        const std::string again = qk::daemon::with_sequence("{}", *sequence);
        if (qk::daemon::sequence_of(again) != sequence) std::abort();
    }
    (void)qk::daemon::signer_of_marks(bytes);
    if (const auto marks = qk::daemon::parse_marks(bytes, "e1")) {
        static const auto kKey = qk::plans::SigningKey::from_seed(std::string(32, 'k')).value();
        const std::string again = qk::daemon::to_mark_text("e1", *marks, kKey);
        if (qk::daemon::signer_of_marks(again).value() != kKey.public_key_hex()) std::abort();
        if (qk::daemon::parse_marks(again, "e1").value() != *marks) std::abort();
    }
    return 0;
}
