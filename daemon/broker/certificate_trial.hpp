// Tries the door for certificates of a test broker: whose name one comes by, and who stays out.
#pragma once

#include <string>

#include "daemon/broker/findings.hpp"
#include "daemon/broker/plant_authority.hpp"
#include "daemon/broker/probe.hpp"

namespace qk::broker {

// The certificates of a trial, each for minutes.
struct TrialPasses {
    CertifiedKey own;       // of `user`
    CertifiedKey void_one;  // of `user`, and on the list
    CertifiedKey strange;   // of `user`, by an authority of nobody
};
[[nodiscard]] TrialPasses trial_passes(const PlantAuthority& authority, const std::string& user,
                                       rules::Instant now);
// Files of them, in a folder that goes with the trial.
[[nodiscard]] rules::Result<void> put_down(const TrialPasses& passes, const std::string& folder);

struct CertificateTrial {
    ProbeDoor door;         // the door for certificates, without one
    ProbeDoor daemon_door;  // where the daemon has to show one; otherwise its port is 0
    std::string folder;     // of put_down()
    std::string user;
    std::string other;     // another enterprise
    std::string password;  // of both
};
[[nodiscard]] Findings try_certificates(const CertificateTrial& trial);

}  // namespace qk::broker
