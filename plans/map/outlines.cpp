#include "plans/map/outlines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <optional>
#include <set>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr std::size_t kFaultsNamed = 20;
constexpr std::size_t kRingPointsLeast = 4;  // RFC 7946 3.1.6: closed, so a triangle has four

// Reads one document; whatever is wrong is noted with its path, the first ones by name.
class OutlineReader {
 public:
    OutlineReader(const std::vector<CountyName>& counties, const std::string& file)
        : counties_(counties), file_(file) {}

    rules::Result<std::vector<CountyOutline>> read(const json::value& document) {
        const json::value* features = find_member(document, "features");
        if (string_or(document, "type") != "FeatureCollection" || features == nullptr ||
            !features->is_array()) {
            fault("type", "不是 FeatureCollection / is no FeatureCollection",
                  "GeoJSON：{\"type\": \"FeatureCollection\", \"features\": […]}");
            return faults_;
        }
        std::size_t at = 0;
        for (const json::value& feature : features->get_array()) {
            if (faults_.size() >= kFaultsNamed) break;
            read_feature(feature, fmt::format("features[{}]", at++));
        }
        if (found_.empty() && faults_.empty()) {
            fault("features", "没有任何县区 / no county at all",
                  "每个县区一个 feature / one feature for each county");
        }
        if (!faults_.empty()) return faults_;
        return std::move(found_);
    }

 private:
    void fault(const std::string& path, const std::string& what, std::string cure) {
        if (faults_.size() >= kFaultsNamed) return;
        faults_.push_back(
            {{file_, 1, 0}, path + ": " + what, std::move(cure), rules::Severity::kError});
    }

    static std::string text_in(const json::value& properties, std::string_view key) {
        const json::value* found = find_member(properties, key);
        if (found == nullptr) return {};
        if (found->is_string()) return std::string(found->get_string());
        if (found->is_int64()) return std::to_string(found->get_int64());
        if (found->is_double()) return fmt::format("{:.0f}", found->get_double());
        return {};
    }

    [[nodiscard]] const CountyName* county_of(const json::value& properties) const {
        for (const char* key : {"code", "adcode", "id"}) {
            const auto found =
                std::ranges::find(counties_, text_in(properties, key), &CountyName::code);
            if (found != counties_.end()) return &*found;
        }
        const std::string name = text_in(properties, "name");
        const auto found = std::ranges::find(counties_, name, &CountyName::name);
        return found == counties_.end() ? nullptr : &*found;
    }

    void read_feature(const json::value& feature, const std::string& path) {
        static const json::value kNothing(json::object{});
        const json::value* properties = find_member(feature, "properties");
        if (properties == nullptr || !properties->is_object()) properties = &kNothing;
        const CountyName* county = county_of(*properties);
        if (county == nullptr) {
            return fault(path + ".properties",
                         fmt::format("'{}' 不是规则包的县区 / is no county of the rule pack",
                                     text_in(*properties, "name")),
                         "code（或 adcode、id）为县区代码，或 name 为县区名 / its code, or its "
                         "name as the pack has it");
        }
        if (!seen_.insert(county->code).second) {
            return fault(path, county->name + " 出现两次 / appears twice",
                         "每个县区一个 feature，多块用 MultiPolygon / one feature; several parts "
                         "are a MultiPolygon");
        }
        CountyOutline outline{*county, {}};
        const json::value* geometry = find_member(feature, "geometry");
        if (geometry != nullptr && geometry->is_object()) read_geometry(*geometry, path, outline);
        if (outline.rings.empty()) {
            return fault(path + ".geometry", "没有边界 / has no outline",
                         "Polygon 或 MultiPolygon / a Polygon or a MultiPolygon");
        }
        found_.push_back(std::move(outline));
    }

    void read_geometry(const json::value& geometry, const std::string& path,
                       CountyOutline& outline) {
        const std::string type = string_or(geometry, "type");
        const json::value* coordinates = find_member(geometry, "coordinates");
        if (coordinates == nullptr || !coordinates->is_array()) return;
        if (type == "Polygon") return read_polygon(*coordinates, path, outline);
        if (type != "MultiPolygon") {
            return fault(path + ".geometry", "'" + type + "' 不是面 / is no area",
                         "Polygon 或 MultiPolygon / a Polygon or a MultiPolygon");
        }
        for (const json::value& polygon : coordinates->get_array()) {
            if (polygon.is_array()) read_polygon(polygon, path, outline);
        }
    }

    void read_polygon(const json::value& polygon, const std::string& path, CountyOutline& outline) {
        for (const json::value& ring : polygon.get_array()) {
            if (++rings_ > kOutlineRingsMax || points_ > kOutlinePointsMax) {
                return fault(path, "边界过细 / the outlines are too fine",
                             fmt::format("至多 {} 个环、{} 个点；请先简化 / at most so many rings "
                                         "and points: simplify them",
                                         kOutlineRingsMax, kOutlinePointsMax));
            }
            if (ring.is_array()) read_ring(ring.get_array(), path, outline);
        }
    }

    void read_ring(const json::array& ring, const std::string& path, CountyOutline& outline) {
        std::vector<OutlinePoint> points;
        points_ += ring.size();
        for (const json::value& one : ring) {
            const auto point = point_of(one);
            if (!point) {
                return fault(path, "坐标不是经纬度 / a coordinate is not in degrees",
                             "[经度, 纬度]，WGS84 或 CGCS2000；投影坐标请先转换 / [longitude, "
                             "latitude]; convert projected ones");
            }
            points.push_back(*point);
        }
        const bool is_closed = points.size() >= kRingPointsLeast &&
                               points.front().longitude == points.back().longitude &&
                               points.front().latitude == points.back().latitude;
        if (!is_closed) {
            return fault(
                path, "有未闭合的环 / a ring is not closed",
                "首尾同点，至少四个点 / first and last point the same, four points at least");
        }
        outline.rings.push_back(std::move(points));
    }

    static std::optional<OutlinePoint> point_of(const json::value& value) {
        if (!value.is_array() || value.get_array().size() < 2) return std::nullopt;
        const json::value& x = value.get_array()[0];
        const json::value& y = value.get_array()[1];
        if (!x.is_number() || !y.is_number()) return std::nullopt;
        const OutlinePoint point{x.to_number<double>(), y.to_number<double>()};
        if (std::abs(point.longitude) > 180 || std::abs(point.latitude) > 90) return std::nullopt;
        return point;
    }

    const std::vector<CountyName>& counties_;
    const std::string& file_;
    rules::Faults faults_;
    std::vector<CountyOutline> found_;
    std::set<std::string> seen_;
    std::size_t rings_ = 0;
    std::size_t points_ = 0;
};

double to_a_metre(double degrees) { return std::round(degrees * 1e5) / 1e5; }

}  // namespace

rules::Result<std::vector<CountyOutline>> read_outlines(std::string_view text,
                                                        const std::vector<CountyName>& counties,
                                                        const std::string& file) {
    if (text.size() > kOutlineBytesMax) {
        return rules::refuse(
            fmt::format("{}: {} 字节，过大 / bytes are too many", file, text.size()),
            fmt::format("至多 {} MiB，请先简化 / at most so many MiB: simplify it",
                        kOutlineBytesMax >> 20));
    }
    const auto document = parse_json(text, file);
    if (!document) return document.error();
    return OutlineReader(counties, file).read(*document);
}

json::value to_json(const std::vector<CountyOutline>& outlines) {
    json::array list;
    for (const CountyOutline& outline : outlines) {
        json::array rings;
        for (const auto& ring : outline.rings) {
            json::array points;
            for (const OutlinePoint& point : ring) {
                points.emplace_back(
                    json::array{to_a_metre(point.longitude), to_a_metre(point.latitude)});
            }
            rings.emplace_back(std::move(points));
        }
        list.emplace_back(json::object{{"code", outline.county.code},
                                       {"name", outline.county.name},
                                       {"rings", std::move(rings)}});
    }
    return list;
}

}  // namespace qk::plans
