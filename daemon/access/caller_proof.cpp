#include "daemon/access/caller_proof.hpp"

namespace qk::daemon {
namespace {

std::string_view word_of(ProofKind kind) {
    switch (kind) {
        case ProofKind::kNone:
            return "";
        case ProofKind::kToken:
            return "token";
        case ProofKind::kOwnToken:
            return "own_token";
        case ProofKind::kSession:
            return "session";
        case ProofKind::kLink:
            return "link";
    }
    return "";
}

}  // namespace

std::string to_text(const CallerProof& proof) {
    if (proof.kind == ProofKind::kNone) return {};
    std::string text(word_of(proof.kind));
    text += ":" + proof.mark;
    if (proof.has_second_factor) text += "+totp";
    if (proof.has_fresh_code) text += "+fresh";
    return text;
}

std::string remote_with(std::string_view remote, const CallerProof& proof) {
    std::string text(address_in(remote));
    if (proof.kind != ProofKind::kNone) text += " " + to_text(proof);
    return text;
}

std::string_view address_in(std::string_view remote) { return remote.substr(0, remote.find(' ')); }

std::string_view proof_in(std::string_view remote) {
    const auto blank = remote.find(' ');
    return blank == std::string_view::npos ? std::string_view() : remote.substr(blank + 1);
}

}  // namespace qk::daemon
