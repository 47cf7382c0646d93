// SPDX-License-Identifier: Apache-2.0
#include "api/wire/cbor.h"

#include <cbor.h>

#include <array>
#include <limits>

namespace postern::api::wire {
namespace {

// As the limits of forms.
constexpr std::size_t kDepthMax = 16;
constexpr int kValuesMax = 10'000;
constexpr std::uint64_t kTimeTag = 1;

std::unexpected<Error> malformed(std::string_view why) {
  return refuse(faults::MalformedInput, "The request's body is not a CBOR map: {}", why);
}

// What the library tells of one item after the other becomes the tree: nothing of it recurs, so
// that no body can use up the stack.
class Reader {
 public:
  Result<Parameter> read(std::string_view body) {
    const cbor_callbacks callbacks = told_to_reader();
    do {
      const auto* bytes = reinterpret_cast<const unsigned char*>(body.data());
      const cbor_decoder_result done = cbor_stream_decode(bytes, body.size(), &callbacks, this);
      if (done.status != CBOR_DECODER_FINISHED) {
        return malformed("it ends too early, or has an item that there is not");
      }
      body.remove_prefix(done.read);
      end_full_containers();
    } while (wrong_.empty() && !open_.empty());
    if (!wrong_.empty()) {
      return malformed(wrong_);
    }
    if (!body.empty()) {
      return malformed("there is more behind it");
    }
    return std::move(root_);
  }

 private:
  static constexpr std::size_t kIndefinite = std::numeric_limits<std::size_t>::max();

  // A map or an array that is not complete.
  struct Open {
    Parameter* at;
    bool is_map;
    std::size_t left;  // items, or pairs of them
    int number = 0;
    std::optional<std::string> name;  // of the pair whose value comes next
  };

  void refuse_as(std::string_view why) {
    if (wrong_.empty()) {
      wrong_ = why;
    }
  }

  // Where the value that comes now belongs; null if it may not be here.
  Parameter* place() {
    if (open_.empty() || ++values_ > kValuesMax) {
      refuse_as(open_.empty() ? "it is another value" : "it is too large");
      return nullptr;
    }
    Open& open = open_.back();
    std::string name;
    if (open.is_map) {
      if (!open.name) {
        refuse_as("a name is no text");
        return nullptr;
      }
      name = *std::exchange(open.name, std::nullopt);
    } else {
      name = fmt::format("{:05}", ++open.number);
    }
    open.left -= open.left == kIndefinite ? 0 : 1;
    Parameter& child = open.at->children[name];
    child.path = (open.at->path.empty() ? "" : open.at->path + ".") + name;
    return &child;
  }

  void begin(bool is_map, std::size_t items) {
    Parameter* at = is_first_ ? &root_ : place();
    if (is_first_ && !is_map) {
      refuse_as("it is another value");
    }
    if (open_.size() == kDepthMax) {
      refuse_as("it is nested too deep");
    }
    is_first_ = false;
    if (at != nullptr && wrong_.empty()) {
      open_.push_back({.at = at, .is_map = is_map, .left = items, .name = {}});
    }
  }

  void value(std::string text) {
    is_first_ = false;
    if (Parameter* at = place()) {
      at->value = std::move(text);
    }
  }

  void text(std::string_view text) {
    if (!open_.empty() && open_.back().is_map && !open_.back().name) {
      open_.back().name = text;
      return;
    }
    value(std::string(text));
  }

  void nothing() {
    if (!open_.empty() && (!open_.back().is_map || open_.back().name)) {
      Open& open = open_.back();
      open.name.reset();
      ++open.number;
      open.left -= open.left == kIndefinite ? 0 : 1;
      return;
    }
    refuse_as("it is another value");
  }

  void end_indefinite() {
    if (open_.empty() || open_.back().left != kIndefinite || open_.back().name) {
      refuse_as("an end of nothing");
      return;
    }
    open_.pop_back();
  }

  void end_full_containers() {
    while (!open_.empty() && open_.back().left == 0 && !open_.back().name) {
      open_.pop_back();
    }
  }

  static Reader& self(void* context) { return *static_cast<Reader*>(context); }
  template <class T>
  static void number(void* context, T value) {
    self(context).value(fmt::format("{}", value));
  }
  // -1 - value. [RFC 8949, 3.1]
  template <class T>
  static void negative(void* context, T value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      self(context).refuse_as("a number is too small");
      return;
    }
    self(context).value(fmt::format("{}", -1 - static_cast<std::int64_t>(value)));
  }

  static cbor_callbacks told_to_reader() {
    cbor_callbacks out = cbor_empty_callbacks;
    out.uint8 = number<std::uint8_t>;
    out.uint16 = number<std::uint16_t>;
    out.uint32 = number<std::uint32_t>;
    out.uint64 = number<std::uint64_t>;
    out.negint8 = negative<std::uint8_t>;
    out.negint16 = negative<std::uint16_t>;
    out.negint32 = negative<std::uint32_t>;
    out.negint64 = negative<std::uint64_t>;
    out.float2 = number<float>;
    out.float4 = number<float>;
    out.float8 = number<double>;
    out.boolean = [](void* context, bool value) { self(context).value(value ? "true" : "false"); };
    out.null = [](void* context) { self(context).nothing(); };
    out.undefined = out.null;
    out.string = [](void* context, cbor_data bytes, std::size_t size) {
      self(context).text({reinterpret_cast<const char*>(bytes), size});
    };
    out.map_start = [](void* context, std::size_t size) { self(context).begin(true, size); };
    out.array_start = [](void* context, std::size_t size) { self(context).begin(false, size); };
    out.indef_map_start = [](void* context) { self(context).begin(true, kIndefinite); };
    out.indef_array_start = [](void* context) { self(context).begin(false, kIndefinite); };
    out.indef_break = [](void* context) { self(context).end_indefinite(); };
    out.tag = [](void* context, std::uint64_t tag) {
      if (tag != kTimeTag) {
        self(context).refuse_as("it has a tag that is not a time's");
      }
    };
    const auto refuse_bytes = [](void* context) { self(context).refuse_as("it has bytes"); };
    out.byte_string_start = refuse_bytes;
    out.byte_string = [](void* context, cbor_data, std::size_t) {
      self(context).refuse_as("it has bytes");
    };
    out.string_start = [](void* context) { self(context).refuse_as("a text is in pieces"); };
    return out;
  }

  Parameter root_;
  std::vector<Open> open_;
  std::string wrong_;
  bool is_first_ = true;
  int values_ = 0;
};

class Writer {
 public:
  void write(const AnswerTree& tree) {
    std::visit([&](const auto& value) { put(value); }, tree.value);
  }
  std::string text() && { return std::move(out_); }

 private:
  template <class Encode, class... Values>
  void head(Encode encode, Values... values) {
    std::array<unsigned char, 9> bytes{};
    const std::size_t size = encode(values..., bytes.data(), bytes.size());
    out_.append(reinterpret_cast<const char*>(bytes.data()), size);
  }
  void put(const std::string& text) {
    head(cbor_encode_string_start, text.size());
    out_ += text;
  }
  void put(bool value) { head(cbor_encode_bool, value); }
  void put(std::int64_t value) {
    if (value < 0) {
      head(cbor_encode_negint, static_cast<std::uint64_t>(-1 - value));
    } else {
      head(cbor_encode_uint, static_cast<std::uint64_t>(value));
    }
  }
  void put(double value) { head(cbor_encode_double, value); }
  void put(TimePoint time) {
    head(cbor_encode_tag, kTimeTag);
    put(static_cast<double>(time.time_since_epoch().count()) / 1000);
  }
  void put(const AnswerTree::List& list) {
    head(cbor_encode_array_start, list.size());
    for (const AnswerTree& item : list) {
      write(item);
    }
  }
  void put(const AnswerTree::Members& members) {
    head(cbor_encode_map_start, members.size());
    for (const auto& [name, member] : members) {
      put(name);
      write(member);
    }
  }

  std::string out_;
};

}  // namespace

Result<Parameter> cbor_parameters(std::string_view body) {
  return body.empty() ? Result<Parameter>(Parameter()) : Reader().read(body);
}

std::string cbor_of(const AnswerTree& tree) {
  Writer writer;
  writer.write(tree);
  return std::move(writer).text();
}

}  // namespace postern::api::wire
