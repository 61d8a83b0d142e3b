// Work of several people that waits for threads: each person in turn, so that a hundred pieces of
// one do not come before the first of another, and none holds more than a share of the threads.
//
// Not locked; the owner of the queue is.
#pragma once

#include <algorithm>
#include <cassert>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace qk::daemon {

template <class Work>
class FairQueue {
 public:
    // `running_max`: pieces of one person that may run at the same time.
    explicit FairQueue(std::size_t running_max) : running_max_(running_max) {}

    void push(const std::string& person, Work work) {
        Line& line = lines_[person];
        if (line.waiting.empty()) turns_.push_back(person);
        line.waiting.push_back(std::move(work));
        ++size_;
    }

    struct Taken {
        std::string person;
        Work work;
    };
    // The next piece that may run now; finish() must follow it.
    [[nodiscard]] std::optional<Taken> take() {
        const auto turn = std::ranges::find_if(turns_, [this](const std::string& person) {
            return lines_.at(person).running < running_max_;
        });
        if (turn == turns_.end()) return std::nullopt;
        Taken taken{std::move(*turn), {}};
        turns_.erase(turn);
        Line& line = lines_.at(taken.person);
        taken.work = std::move(line.waiting.front());
        line.waiting.pop_front();
        ++line.running;
        --size_;
        if (!line.waiting.empty()) turns_.push_back(taken.person);
        return taken;
    }

    void finish(const std::string& person) {
        const auto line = lines_.find(person);
        assert(line != lines_.end() && line->second.running > 0);
        if (--line->second.running == 0 && line->second.waiting.empty()) lines_.erase(line);
    }

    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }

 private:
    struct Line {
        std::deque<Work> waiting;
        std::size_t running = 0;
    };

    std::size_t running_max_;
    std::size_t size_ = 0;
    std::map<std::string, Line> lines_;
    std::deque<std::string> turns_;  // people with work that waits, the next first
};

}  // namespace qk::daemon
