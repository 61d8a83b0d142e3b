#include "daemon/broker/enrolment.hpp"

namespace qk::broker {
namespace {

// Every name that cannot be a user, at once.
rules::Faults faults_of(const std::set<std::string>& reserved,
                        const std::vector<Applicant>& applicants) {
    rules::Faults faults;
    std::set<std::string> seen;
    for (const Applicant& applicant : applicants) {
        const std::string quoted = "'" + applicant.id + "' ";
        if (const std::string fault = user_fault(applicant.id); !fault.empty()) {
            faults.push_back({{}, quoted + fault, "91410181MA9TAMP01T"});
        } else if (reserved.contains(applicant.id)) {
            faults.push_back(
                {{}, quoted + "是系统用户 is a user of the system", "企业编号 an enterprise's id"});
        } else if (!seen.insert(applicant.id).second) {
            faults.push_back({{}, quoted + "重复 is named twice", "每家一次 each once"});
        }
    }
    return faults;
}

}  // namespace

rules::Result<Chosen> choose(const Users& users, const std::set<std::string>& by_certificate,
                             const std::set<std::string>& reserved,
                             const std::vector<Applicant>& applicants, bool wants_enrolled) {
    const rules::Faults faults = faults_of(reserved, applicants);
    if (!faults.empty()) return faults;
    Chosen chosen;
    for (const Applicant& applicant : applicants) {
        const bool is_enrolled =
            users.contains(applicant.id) || by_certificate.contains(applicant.id);
        if (is_enrolled == wants_enrolled) {
            chosen.applicants.push_back(applicant);
        } else {
            chosen.left_alone.push_back(applicant.id);
        }
    }
    return chosen;
}

namespace {

// Gives a password to those who are enrolled, or to those who are not.
rules::Result<Enrolment> give(const Users& users, const std::set<std::string>& reserved,
                              const std::vector<Applicant>& applicants,
                              const PasswordSource& source,
                              const std::set<std::string>& by_certificate, bool to_enrolled) {
    auto chosen = choose(users, by_certificate, reserved, applicants, to_enrolled);
    if (!chosen) return chosen.error();
    Enrolment enrolment;
    enrolment.users = users;
    enrolment.left_alone = std::move(chosen->left_alone);
    for (const Applicant& applicant : chosen->applicants) {
        const std::string password = source();
        enrolment.users[applicant.id] = password_hash(password);
        enrolment.letters.push_back({applicant.id, applicant.name, password});
    }
    return enrolment;
}

}  // namespace

rules::Result<Enrolment> enrol(const Users& users, const std::set<std::string>& reserved,
                               const std::vector<Applicant>& applicants,
                               const PasswordSource& source,
                               const std::set<std::string>& by_certificate) {
    return give(users, reserved, applicants, source, by_certificate, false);
}

rules::Result<Enrolment> rotate(const Users& users, const std::set<std::string>& reserved,
                                const std::vector<Applicant>& applicants,
                                const PasswordSource& source,
                                const std::set<std::string>& by_certificate) {
    return give(users, reserved, applicants, source, by_certificate, true);
}

rules::Result<Enrolment> revoke(const Users& users, const std::set<std::string>& reserved,
                                const std::vector<std::string>& ids) {
    std::vector<Applicant> named;
    for (const std::string& id : ids) named.push_back({id, {}});
    const rules::Faults faults = faults_of(reserved, named);
    if (!faults.empty()) return faults;
    Enrolment enrolment;
    enrolment.users = users;
    for (const std::string& id : ids) {
        if (enrolment.users.erase(id) == 0) enrolment.left_alone.push_back(id);
    }
    return enrolment;
}

std::vector<std::string> enrolled_beside(const Users& users, const std::set<std::string>& reserved,
                                         const std::vector<Applicant>& applicants) {
    std::set<std::string> named;
    for (const Applicant& applicant : applicants) named.insert(applicant.id);
    std::vector<std::string> others;
    for (const auto& [user, hash] : users) {
        if (!named.contains(user) && !reserved.contains(user)) others.push_back(user);
    }
    return others;
}

}  // namespace qk::broker
