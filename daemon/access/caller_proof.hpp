// How a caller proved who they are: for the audit entry of whatever they do. Names nothing that
// could be used again: of a token or session it has the first digits of the hash.
#pragma once

#include <string>
#include <string_view>

namespace qk::daemon {

inline constexpr std::size_t kProofMarkDigits = 12;

enum class ProofKind {
    kNone,      // nobody: an open route
    kToken,     // of the people file
    kOwnToken,  // that a person made for a program of theirs
    kSession,   // of a browser, by password
    kLink,      // of a browser, by a one-time link
};

struct CallerProof {
    ProofKind kind = ProofKind::kNone;
    std::string mark;
    bool has_second_factor = false;  // shown at log-in
    bool has_fresh_code = false;     // shown with this very call

    friend bool operator==(const CallerProof&, const CallerProof&) = default;
};

// "session:1f2e3d4c5b6a+totp+fresh"; empty: nobody.
[[nodiscard]] std::string to_text(const CallerProof& proof);

// The address of a caller with the proof behind a blank, as it travels to the audit log, which
// takes the two apart again (append_audit). An address has no blank.
[[nodiscard]] std::string remote_with(std::string_view remote, const CallerProof& proof);
[[nodiscard]] std::string_view address_in(std::string_view remote);
[[nodiscard]] std::string_view proof_in(std::string_view remote);

}  // namespace qk::daemon
