#include "plans/text/xlsx_zip.hpp"

#include <ioapi.h>
#include <unzip.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <optional>
#include <utility>

namespace qk::plans {
namespace {

struct MemoryFile {
    std::string_view bytes;
    std::uint64_t at = 0;
};

void* open_memory(void* opaque, const void*, int) {
    auto* file = static_cast<MemoryFile*>(opaque);
    file->at = 0;
    return file;
}

// What minizip asks of a file, of bytes that are read (MemoryFile) or grow (GrowingFile).
template <class File>
uLong read_some(void*, void* stream, void* into, uLong size) {
    auto* file = static_cast<File*>(stream);
    const std::uint64_t left =
        file->bytes.size() - std::min<std::uint64_t>(file->at, file->bytes.size());
    const auto count = static_cast<uLong>(std::min<std::uint64_t>(size, left));
    if (count > 0) std::memcpy(into, file->bytes.data() + file->at, count);
    file->at += count;
    return count;
}

template <class File>
ZPOS64_T tell(void*, void* stream) {
    return static_cast<File*>(stream)->at;
}

template <class File>
long seek(void*, void* stream, ZPOS64_T offset, int origin) {
    auto* file = static_cast<File*>(stream);
    std::uint64_t base = 0;
    if (origin == ZLIB_FILEFUNC_SEEK_CUR)
        base = file->at;
    else if (origin == ZLIB_FILEFUNC_SEEK_END)
        base = file->bytes.size();
    const std::uint64_t wanted = base + offset;
    if (wanted > file->bytes.size()) return -1;
    file->at = wanted;
    return 0;
}

uLong write_nothing(void*, void*, const void*, uLong) { return 0; }
int close_file(void*, void*) { return 0; }
int error_of_file(void*, void*) { return 0; }

rules::Fault fault_of(const std::string& file, std::string what, std::string cure) {
    return {{file, 0, 0}, std::move(what), std::move(cure), rules::Severity::kError};
}

// Part names are compared without regard to case, and some writers put backslashes or a slash in
// front into them.
std::string plain_name(std::string_view name) {
    while (name.starts_with('/') || name.starts_with('\\')) name.remove_prefix(1);
    std::string plain(name);
    for (char& c : plain) {
        if (c == '\\') c = '/';
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return plain;
}

struct Part {
    unz64_file_pos position{};
    std::uint64_t compressed_bytes = 0;
    bool is_read = false;
};

// What is often saved under the name of a workbook and is none.
std::optional<std::string> other_format(std::string_view bytes) {
    constexpr std::size_t kLookedAt = 1024;
    std::string start;
    for (const char c : bytes.substr(0, kLookedAt)) {
        start += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (start.starts_with("pk")) return std::nullopt;
    for (const std::string_view mark : {"<html", "<!doctype html", "<table", "<body"}) {
        if (start.find(mark) != std::string::npos) return "is a web page (HTML) and no workbook";
    }
    if (start.find("urn:schemas-microsoft-com:office:spreadsheet") != std::string::npos) {
        return "is an XML spreadsheet of 2003";
    }
    if (start.starts_with("%pdf")) return "is a PDF";
    return std::nullopt;
}

struct GrowingFile {
    std::string bytes;
    std::uint64_t at = 0;
};

void* open_growing(void* opaque, const void*, int) { return opaque; }

uLong write_growing(void*, void* stream, const void* from, uLong size) {
    auto* file = static_cast<GrowingFile*>(stream);
    if (file->bytes.size() < file->at + size) file->bytes.resize(file->at + size);
    std::memcpy(file->bytes.data() + file->at, from, size);
    file->at += size;
    return size;
}

}  // namespace

struct ZipParts::State {
    MemoryFile memory;
    std::string file;
    XlsxLimits limits;
    unzFile zip = nullptr;
    std::map<std::string, Part> parts;
    std::size_t inflated_bytes = 0;

    ~State() {
        if (zip != nullptr) unzClose(zip);
    }

    rules::Result<void> list() {
        int answer = unzGoToFirstFile(zip);
        for (; answer == UNZ_OK; answer = unzGoToNextFile(zip)) {
            unz_file_info64 info{};
            std::array<char, 512> name{};
            if (unzGetCurrentFileInfo64(zip, &info, name.data(), name.size() - 1, nullptr, 0,
                                        nullptr, 0) != UNZ_OK) {
                break;
            }
            if (parts.size() >= limits.parts_max) {
                return rules::Faults{fault_of(
                    file, "more than " + std::to_string(limits.parts_max) + " parts in the archive",
                    "save the workbook again with a spreadsheet")};
            }
            Part part;
            part.compressed_bytes = info.compressed_size;
            unzGetFilePos64(zip, &part.position);
            parts.emplace(plain_name(name.data()), part);
        }
        if (parts.empty()) {
            return rules::Faults{
                fault_of(file, "is not a zip archive, or a damaged one", "an .xlsx workbook")};
        }
        return {};
    }
};

ZipParts::ZipParts(std::unique_ptr<State> state) : state_(std::move(state)) {}
ZipParts::ZipParts(ZipParts&&) noexcept = default;
ZipParts& ZipParts::operator=(ZipParts&&) noexcept = default;
ZipParts::~ZipParts() = default;

rules::Result<ZipParts> ZipParts::open(std::string_view bytes, std::string file,
                                       const XlsxLimits& limits) {
    if (bytes.size() > limits.file_bytes_max) {
        return rules::Faults{
            fault_of(file, "is over " + std::to_string(limits.file_bytes_max >> 20) + " MiB",
                     "split the workbook, or use CSV")};
    }
    if (bytes.starts_with("\xD0\xCF\x11\xE0")) {
        return rules::Faults{fault_of(file, "is an old .xls, or a workbook with a password",
                                      "save it as .xlsx without a password")};
    }
    if (auto other = other_format(bytes)) {
        return rules::Faults{
            fault_of(file, std::move(*other), "open it in a spreadsheet and save it as .xlsx")};
    }
    auto state = std::make_unique<State>();
    state->memory.bytes = bytes;
    state->file = std::move(file);
    state->limits = limits;
    zlib_filefunc64_def functions{};
    functions.zopen64_file = open_memory;
    functions.zread_file = read_some<MemoryFile>;
    functions.zwrite_file = write_nothing;
    functions.ztell64_file = tell<MemoryFile>;
    functions.zseek64_file = seek<MemoryFile>;
    functions.zclose_file = close_file;
    functions.zerror_file = error_of_file;
    functions.opaque = &state->memory;
    state->zip = unzOpen2_64("", &functions);
    if (state->zip == nullptr) {
        return rules::Faults{
            fault_of(state->file, "is not a zip archive, or a damaged one",
                     "an .xlsx workbook; tables of CSV are given as a folder of .csv files")};
    }
    if (auto listed = state->list(); !listed) return listed.error();
    return ZipParts(std::move(state));
}

bool ZipParts::has(const std::string& name) const {
    return state_->parts.contains(plain_name(name));
}

const std::string& ZipParts::file() const { return state_->file; }
const XlsxLimits& ZipParts::limits() const { return state_->limits; }

rules::Result<void> ZipParts::inflate(
    const std::string& name, const std::function<bool(std::string_view, bool last)>& take) {
    State& state = *state_;
    const auto refuse = [&](const std::string& what, std::string cure) {
        return rules::Faults{fault_of(state.file, "part '" + name + "' " + what, std::move(cure))};
    };
    const auto found = state.parts.find(plain_name(name));
    if (found == state.parts.end()) {
        return refuse("is missing", "save the workbook again with a spreadsheet");
    }
    Part& part = found->second;
    if (std::exchange(part.is_read, true)) {
        return refuse("is named twice", "save the workbook again with a spreadsheet");
    }
    if (unzGoToFilePos64(state.zip, &part.position) != UNZ_OK ||
        unzOpenCurrentFile(state.zip) != UNZ_OK) {
        return refuse("cannot be opened", "a workbook without a password, saved again");
    }
    std::array<char, 65536> piece;
    std::size_t part_bytes = 0;
    for (;;) {
        const int count = unzReadCurrentFile(state.zip, piece.data(), piece.size());
        if (count < 0) {
            unzCloseCurrentFile(state.zip);
            return refuse("is damaged", "save the workbook again with a spreadsheet");
        }
        part_bytes += static_cast<std::size_t>(count);
        state.inflated_bytes += static_cast<std::size_t>(count);
        const bool too_large = state.inflated_bytes > state.limits.total_bytes_max;
        const bool too_dense = part_bytes > state.limits.ratio_from_bytes &&
                               part_bytes / state.limits.ratio_max > part.compressed_bytes;
        if (too_large || too_dense) {
            unzCloseCurrentFile(state.zip);
            return refuse(too_large
                              ? "brings the workbook over " +
                                    std::to_string(state.limits.total_bytes_max >> 20) +
                                    " MiB when inflated"
                              : "inflates to more than " + std::to_string(state.limits.ratio_max) +
                                    " times its size",
                          "split the workbook, or use CSV");
        }
        const bool last = count == 0;
        if (!take({piece.data(), static_cast<std::size_t>(count)}, last) || last) {
            if (unzCloseCurrentFile(state.zip) == UNZ_CRCERROR) {
                return refuse("is damaged: its checksum is wrong", "copy the file again");
            }
            return {};
        }
    }
}

std::string write_zip(const std::vector<ZipPart>& parts) {
    GrowingFile file;
    zlib_filefunc64_def functions{};
    functions.zopen64_file = open_growing;
    functions.zread_file = read_some<GrowingFile>;
    functions.zwrite_file = write_growing;
    functions.ztell64_file = tell<GrowingFile>;
    functions.zseek64_file = seek<GrowingFile>;
    functions.zclose_file = close_file;
    functions.zerror_file = error_of_file;
    functions.opaque = &file;
    zipFile zip = zipOpen2_64("", APPEND_STATUS_CREATE, nullptr, &functions);
    assert(zip != nullptr);
    for (const ZipPart& part : parts) {
        zip_fileinfo info{};
        info.tmz_date.tm_year = 1980;  // the earliest that the format knows
        info.tmz_date.tm_mday = 1;
        [[maybe_unused]] int answer =
            zipOpenNewFileInZip64(zip, part.name.c_str(), &info, nullptr, 0, nullptr, 0, nullptr,
                                  Z_DEFLATED, Z_DEFAULT_COMPRESSION, 0);
        assert(answer == ZIP_OK);
        answer =
            zipWriteInFileInZip(zip, part.bytes.data(), static_cast<unsigned>(part.bytes.size()));
        assert(answer == ZIP_OK);
        answer = zipCloseFileInZip(zip);
        assert(answer == ZIP_OK);
    }
    zipClose(zip, nullptr);
    return std::move(file.bytes);
}

}  // namespace qk::plans
