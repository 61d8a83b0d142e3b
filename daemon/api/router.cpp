#include "daemon/api/router.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/url_view.hpp>
#include <set>
#include <tuple>

#include "daemon/access/token.hpp"
#include "daemon/api/answers.hpp"
#include "daemon/api/contract.hpp"
#include "daemon/api/repeat_registry.hpp"
#include "plans/text/json.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> segments;
    std::size_t at = 1;
    while (at <= path.size()) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        segments.push_back(path.substr(at, end - at));
        at = end + 1;
    }
    return segments;
}

bool is_parameter(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// A segment may have a fixed ending after its parameter, as in "{id}.xml".
struct PathParameter {
    std::string_view name;
    std::string_view ending;
};

std::optional<PathParameter> path_parameter_of(std::string_view segment) {
    if (is_parameter(segment)) return PathParameter{segment.substr(1, segment.size() - 2), {}};
    const auto close = segment.find('}');
    if (segment.empty() || segment.front() != '{' || close == std::string_view::npos) return {};
    return PathParameter{segment.substr(1, close - 1), segment.substr(close + 1)};
}

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

// Text that may come back in an answer or go into the log: UTF-8 on one line, all of it seen.
bool is_plain_text(const std::string& text) {
    return !plans::find_unseen(text) && text.find_first_of("\n\r\t") == std::string::npos;
}

// A decoded piece of a path that can be read in one way only: a proxy in front decides by the path,
// too, and may decode before it splits.
bool is_plain_segment(const std::string& segment) {
    return segment != "." && segment != ".." && is_plain_text(segment) &&
           segment.find_first_of("/\\") == std::string::npos;
}

// Splits the target, then decodes the pieces; false where it is not a path of ours. What was parsed
// has two hex digits after every %.
bool take_apart(Call& call) {
    const auto url = boost::urls::parse_origin_form(call.request.target);
    if (!url) return false;
    const std::string_view target = call.request.target;
    call.path.clear();
    for (const std::string_view piece : segments_of(target.substr(0, target.find('?')))) {
        const std::string segment = boost::urls::pct_string_view(piece).decode();
        if (!is_plain_segment(segment)) return false;
        call.path += "/" + segment;
    }
    for (const auto& parameter : url->params()) {
        if (!is_plain_text(parameter.key) || !is_plain_text(parameter.value)) return false;
        call.query[parameter.key] = parameter.value;
    }
    return true;
}

bool may_call(const Route& route, const Person* caller) {
    return caller != nullptr && std::ranges::any_of(route.roles, [caller](Role role) {
               return caller->roles.contains(role);
           });
}

// "text/csv; charset=utf-8" is text/csv.
std::string media_of(const ApiRequest& request) {
    std::string media = lower(request.content_type.substr(0, request.content_type.find(';')));
    while (!media.empty() && media.back() == ' ') media.pop_back();
    return media;
}

bool is_json_media(const std::string& media) {
    return media == "application/json" || media.ends_with("+json");
}

// A body without a type is taken for what the route wants; the reading of it will tell.
bool reads_body(const Route& route, const ApiRequest& request) {
    if (request.body.empty()) return true;
    const std::string media = media_of(request);
    if (media.empty()) return true;
    if (route.media.empty()) return is_json_media(media);
    return std::ranges::find(route.media, media) != route.media.end() ||
           (is_json_media(media) &&
            std::ranges::find(route.media, "application/json") != route.media.end());
}

ApiResponse answer_unknown(std::string_view why_zh, std::string_view why_en) {
    ApiResponse refused = answer_problem(401, why_zh, why_en);
    refused.headers.emplace_back("WWW-Authenticate", "Bearer");
    return refused;
}

rules::Faults media_fault(const Route& route, const ApiRequest& request) {
    std::string wanted = route.media.empty() ? "application/json" : "";
    for (const std::string& media : route.media) {
        wanted += (wanted.empty() ? "" : ", ") + media;
    }
    const std::string given = is_plain_text(request.content_type) ? request.content_type : "?";
    return rules::refuse("Content-Type is '" + given + "'", wanted);
}

// Of a body that is to be JSON and is none; what is wrong in it is said by the handler (422).
rules::Faults form_faults(const Route& route, const ApiRequest& request) {
    const bool is_json_only = route.media.size() == 1 && route.media.front() == "application/json";
    if (!is_json_only || request.body.empty()) return {};
    return plans::form_faults_of_json(request.body, "body");
}

// Nobody reads the body of a request that has none in the contract, so that a member in it would be
// passed over in silence. An empty object is what many clients send in its place.
rules::Faults needless_faults(const Route& route, const ApiRequest& request) {
    if (!route.takes_no_content || plans::is_blank(request.body)) return {};
    const auto body = plans::parse_json(request.body, "body");
    if (!body) return body.error();
    if (body->is_object() && body->as_object().empty()) return {};
    return rules::refuse("the body has content, and nobody reads it here",
                         "no body, or an empty object {}");
}

}  // namespace

struct Router::Match {
    const Route* route = nullptr;  // null: the path exists under other methods
    std::map<std::string, std::string> parameters;
    std::string allowed;  // the methods of the path: "GET, HEAD, POST"
};

// Split here once: every call is held against all of them.
void Router::add(Route route) {
    Shape shape;
    shape.route = routes_.size();
    for (const std::string_view segment : segments_of(route.pattern)) {
        const auto parameter = path_parameter_of(segment);
        if (parameter) {
            ++shape.parameter_count;
            shape.pieces.push_back(
                {std::string(parameter->name), true, std::string(parameter->ending)});
        } else {
            shape.pieces.push_back({std::string(segment), false, {}});
        }
    }
    shapes_[shape.pieces.size()].push_back(std::move(shape));
    routes_.push_back(std::move(route));
}

void Router::serve(OperationId id, const RoleSet& roles, Handler handler) {
    const Operation* operation = contract().find(id.text());
    const std::string name(id.text());
    if (operation == nullptr) throw std::logic_error("no operation " + name);
    if (std::ranges::count(routes_, name, &Route::operation) > 0) {
        throw std::logic_error(name + " has two handlers");
    }
    if (operation->is_open != roles.empty()) {
        throw std::logic_error(name + " is open to all in the contract or in the code alone");
    }
    Route route{operation->method, operation->pattern, roles, std::move(handler)};
    route.media = operation->media;
    if (operation->body_bytes_max > 0) route.body_bytes_max = operation->body_bytes_max;
    route.changes_nothing = operation->changes_nothing;
    route.tells_secret = operation->tells_secret;
    route.takes_no_content = operation->media.empty();
    route.operation = name;
    add(std::move(route));
}

std::vector<std::string> Router::unserved() const {
    std::vector<std::string> without;
    for (const Operation& operation : contract().operations()) {
        if (std::ranges::count(routes_, operation.id, &Route::operation) == 0) {
            without.push_back(operation.id);
        }
    }
    return without;
}

boost::json::value Router::openapi() const {
    boost::json::value document = contract().document();
    for (const Route& route : routes_) {
        if (route.operation.empty()) continue;
        boost::json::array roles;
        for (const Role role : route.roles) roles.emplace_back(boost::json::string(to_text(role)));
        document.at("paths").at(route.pattern).at(lower(route.method)).as_object()["x-roles"] =
            std::move(roles);
    }
    return document;
}

void Router::set_people(std::vector<Person> people) {
    ++people_version_;
    people_by_token_hash_.clear();
    for (Person& person : people) {
        const std::string hash = person.token_sha256;
        people_by_token_hash_.emplace(hash, std::move(person));
    }
}

void Router::change_people(const std::vector<std::string>& gone, std::optional<Person> came) {
    for (const std::string& hash : gone) {
        if (people_by_token_hash_.erase(hash) > 0) ++people_version_;
    }
    if (!came) return;
    const std::string hash = came->token_sha256;
    people_by_token_hash_.emplace(hash, *std::move(came));
}

bool Router::Shape::fits(const std::vector<std::string_view>& path) const {
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const Piece& piece = pieces[i];
        const bool fits_here = piece.is_parameter ? path[i].size() > piece.ending.size() &&
                                                        path[i].ends_with(piece.ending)
                                                  : path[i] == piece.word;
        if (!fits_here) return false;
    }
    return true;
}

std::map<std::string, std::string> Router::Shape::parameters_of(
    const std::vector<std::string_view>& path) const {
    std::map<std::string, std::string> parameters;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (!pieces[i].is_parameter) continue;
        const std::size_t length = path[i].size() - pieces[i].ending.size();
        parameters[pieces[i].word] = std::string(path[i].substr(0, length));
    }
    return parameters;
}

std::optional<Router::Match> Router::match(const std::string& method,
                                           const std::string& path) const {
    const std::vector<std::string_view> given = segments_of(path);
    const auto shapes = shapes_.find(given.size());
    if (shapes == shapes_.end()) return std::nullopt;
    Match found;
    const Shape* closest = nullptr;
    for (const Shape& shape : shapes->second) {
        if (!shape.fits(given)) continue;
        const Route& route = routes_[shape.route];
        if (route.method == method || (method == "HEAD" && route.method == "GET")) {
            // "/forecasts/skill" rather than "/forecasts/{number}", in whatever order they were
            // added.
            const bool is_closer =
                closest == nullptr || shape.parameter_count < closest->parameter_count;
            if (!is_closer) continue;
            closest = &shape;
        }
        if (!found.allowed.empty()) found.allowed += ", ";
        found.allowed += route.method == "GET" ? "GET, HEAD" : route.method;
    }
    if (found.allowed.empty()) return std::nullopt;
    if (closest != nullptr) {
        found.route = &routes_[closest->route];
        found.parameters = closest->parameters_of(given);
    }
    return found;
}

// Who holds the token; where it is not taken, why.
struct Router::Found {
    const Person* person = nullptr;  // until the people change
    Admission admission = Admission::kUnknown;
    std::string why_zh;  // empty: there is no token, or one that nobody has
    std::string why_en;
};

rules::Instant Router::now() const { return now_ ? now_() : rules::Instant{}; }

Router::Found Router::caller_of(const ApiRequest& request) const {
    Found found;
    const std::string_view token = bearer_token(request.authorization);
    if (token.empty()) return found;
    const auto known = people_by_token_hash_.find(token_hash(token));
    if (known == people_by_token_hash_.end()) return found;
    const Person& person = known->second;
    found.admission = admission_of(person, now());
    if (found.admission == Admission::kGood) found.person = &person;
    if (found.admission == Admission::kDisabled) {
        found.why_zh = "账号" + person.id + "已停用，请联系管理员";
        found.why_en = "the account is disabled; ask the administrator";
    }
    if (found.admission == Admission::kExpired) {
        const std::string day = rules::to_iso(*person.expires);
        found.why_zh = "账号" + person.id + "有效期至" + day + "，已过期，请联系管理员";
        found.why_en = "the account expired on " + day + "; ask the administrator";
    }
    return found;
}

bool Router::is_admitted(const Person& person) const {
    const auto known = people_by_token_hash_.find(person.token_sha256);
    return known != people_by_token_hash_.end() && known->second == person &&
           admission_of(person, now()) == Admission::kGood;
}

bool Router::is_known(const ApiRequest& head) const { return caller_of(head).person != nullptr; }

std::uint64_t Router::body_bytes_max(ApiRequest head) const {
    Call call;
    call.request = std::move(head);
    if (!take_apart(call)) return kStrangerBodyBytesMax;  // to be told what is wrong with it
    const auto found = match(call.request.method, call.path);
    if (!found || found->route == nullptr) return kStrangerBodyBytesMax;
    const Route& route = *found->route;
    if (!route.roles.empty() && !may_call(route, caller_of(call.request).person)) {
        return kStrangerBodyBytesMax;
    }
    return route.body_bytes_max;
}

// Somebody who hears an answer that goes on. Hundreds do at each event, so a list of people that
// has not changed is not looked through again.
struct Router::OngoingAnswer {
    Person person;
    std::uint64_t version = 0;  // of the people among whom the account was found as it is
    std::function<boost::asio::awaitable<std::string>()> next;
};

bool Router::is_still_admitted(OngoingAnswer& ongoing) const {
    if (ongoing.version == people_version_) {
        return admission_of(ongoing.person, now()) == Admission::kGood;
    }
    if (!is_admitted(ongoing.person)) return false;
    ongoing.version = people_version_;
    return true;
}

// The next piece, for as long as the account stands; nothing of what came up after it fell.
boost::asio::awaitable<std::string> Router::piece_for(const Router* router,
                                                      std::shared_ptr<OngoingAnswer> ongoing) {
    if (!router->is_still_admitted(*ongoing)) co_return std::string();
    std::string piece = co_await ongoing->next();
    if (!router->is_still_admitted(*ongoing)) co_return std::string();
    co_return piece;
}

void Router::keep_to(const Person& person, ApiResponse& answer) const {
    auto ongoing = std::make_shared<OngoingAnswer>();
    ongoing->person = person;
    ongoing->next = std::move(answer.next_piece);
    // The account may have fallen while the answer was made: looked up once.
    ongoing->version = people_version_ - 1;
    answer.next_piece = [this, ongoing] { return piece_for(this, ongoing); };
}

void Router::limit_calls(std::size_t at_once, std::function<void(const Person&)> tell) {
    calls_at_once_ = at_once;
    tell_refused_ = std::move(tell);
    if (!shares_) shares_ = std::make_unique<CallShares>();
}

boost::asio::awaitable<ApiResponse> Router::handle(ApiRequest request) const {
    Call call;
    call.request = std::move(request);
    if (!take_apart(call)) co_return answer_problem(400, "请求地址有误", "malformed target");
    auto match = this->match(call.request.method, call.path);
    if (!match) co_return answer_problem(404, "没有此地址", "no such resource");
    if (match->route == nullptr) {
        ApiResponse refused = answer_problem(405, "此地址不支持该方法", "method not allowed here");
        refused.headers.emplace_back("Allow", match->allowed);
        co_return refused;
    }
    call.parameters = std::move(match->parameters);
    const Found found = caller_of(call.request);
    if (found.person != nullptr) call.caller = *found.person;
    if (call.caller && tell_caller_) tell_caller_(*call.caller, call.request.remote);
    const Route& route = *match->route;
    if (!route.roles.empty()) {
        if (!call.caller) {
            const bool is_told = !found.why_zh.empty();
            co_return answer_unknown(is_told ? found.why_zh : "请先登录（缺少或无效的令牌）",
                                     is_told ? found.why_en : "a valid bearer token is needed");
        }
        if (!may_call(route, found.person)) {
            co_return answer_problem(403, "您的角色无权进行此操作", "your role may not do this");
        }
    }
    if (!reads_body(route, call.request)) {
        co_return answer_problem(415, "不支持此类内容", "a body of this kind is not read here",
                                 media_fault(route, call.request));
    }
    if (const rules::Faults faults = form_faults(route, call.request); !faults.empty()) {
        co_return answer_problem(400, "请求体不是 JSON", "the body is not JSON", faults);
    }
    if (const rules::Faults faults = needless_faults(route, call.request); !faults.empty()) {
        co_return answer_problem(422, "此请求不带内容，未受理", "this request takes no content",
                                 faults);
    }
    if (route.roles.empty() || !shares_) co_return co_await run(route, call);
    co_return co_await run_in_turn(route, call);
}

boost::asio::awaitable<ApiResponse> Router::run_in_turn(const Route& route, Call& call) const {
    const CallShares::Slot at_once = shares_->take_now(call.caller->id, calls_at_once_);
    if (at_once) co_return co_await run(route, call);
    const CallShares::Slot slot = co_await shares_->take(call.caller->id, calls_at_once_);
    // The account may have fallen while its call waited.
    if (slot && !is_admitted(*call.caller)) {
        co_return answer_unknown("账号已停用或变更，请重新登录",
                                 "the account has been changed or removed meanwhile");
    }
    if (slot) co_return co_await run(route, call);
    if (tell_refused_) tell_refused_(*call.caller);
    ApiResponse refused = answer_problem(429, "您同时发出的请求过多，请稍后再试",
                                         "too many calls of yours wait already");
    refused.headers.emplace_back("Retry-After", "1");
    co_return refused;
}

namespace {

using Keys = std::set<std::pair<std::string, std::string>>;

// Holds the key of a call as long as the call runs.
class RunningKey {
 public:
    RunningKey(std::shared_ptr<Keys> keys, const std::string& person, const std::string& key)
        : keys_(std::move(keys)) {
        std::tie(place_, is_first_) = keys_->emplace(person, key);
    }
    ~RunningKey() {
        if (is_first_) keys_->erase(place_);
    }
    RunningKey(const RunningKey&) = delete;
    RunningKey& operator=(const RunningKey&) = delete;
    [[nodiscard]] bool is_first() const { return is_first_; }

 private:
    std::shared_ptr<Keys> keys_;
    Keys::iterator place_;
    bool is_first_ = false;
};

ApiResponse answer_bad_key() {
    return answer_problem(
        422, "Idempotency-Key 有误", "the Idempotency-Key is not one",
        rules::refuse("Idempotency-Key is blank, longer than 200 bytes, or not plain text",
                      "a random text such as a UUID, new for each request"));
}

ApiResponse answer_still_running() {
    ApiResponse wait =
        answer_problem(409, "该请求仍在办理，请稍后以同一 Idempotency-Key 再次发送",
                       "this request is still being carried out; send it again later", {},
                       {{"refusal", "still_running"}});
    wait.headers.emplace_back("Retry-After", "1");
    return wait;
}

}  // namespace

boost::asio::awaitable<ApiResponse> Router::run_once(const Route& route, Call& call) const {
    const std::string& key = call.request.idempotency_key;
    const bool is_blank = plans::is_blank(key);
    if (is_blank || key.size() > kIdempotencyKeyBytesMax || !is_plain_text(key)) {
        co_return answer_bad_key();
    }
    const RunningKey running(keys_running_, call.caller->id, key);
    if (!running.is_first()) co_return answer_still_running();
    const std::shared_ptr<RepeatRegistry> repeats = repeats_;
    auto earlier = co_await repeats->begin(call);
    if (earlier) co_return std::move(*earlier);
    ApiResponse answer = co_await route.handler(call);
    co_await repeats->end(call, answer);
    co_return answer;
}

boost::asio::awaitable<ApiResponse> Router::run(const Route& route, Call& call) const {
    // A field with nothing in it is not taken for none: whoever sends it counts on being safe.
    const bool has_key = call.request.has_idempotency_key || !call.request.idempotency_key.empty();
    const bool is_keyed = repeats_ && call.request.method == "POST" && call.caller && has_key &&
                          !route.changes_nothing && !route.tells_secret;
    if (is_keyed) co_return co_await run_once(route, call);
    ApiResponse answer = co_await route.handler(call);
    if (call.request.method == "HEAD") answer.next_piece = nullptr;
    if (answer.next_piece && call.caller) keep_to(*call.caller, answer);
    co_return answer;
}

}  // namespace qk::daemon
