// SPDX-License-Identifier: Apache-2.0
#include "daemon/daemon.h"

#include <signal.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <filesystem>

#include "api/acm/service.h"
#include "api/autoscaling/service.h"
#include "api/cloudwatch/service.h"
#include "api/ec2/default_vpc.h"
#include "api/ec2/service.h"
#include "api/elbv2/service.h"
#include "api/iam/service.h"
#include "api/insights/actions.h"
#include "api/logs/service.h"
#include "api/route53/service.h"
#include "api/s3/service.h"
#include "api/server/front_door.h"
#include "api/sns/link.h"
#include "api/sns/service.h"
#include "api/ssm/service.h"
#include "api/sts/service.h"
#include "base/log.h"
#include "base/paths.h"
#include "console/console.h"
#include "console/terminals.h"
#include "core/accounts.h"
#include "core/reset.h"
#include "daemon/attacher.h"
#include "daemon/bucket_folder.h"
#include "daemon/data_plane.h"
#include "daemon/event_log.h"
#include "daemon/fault_keeper.h"
#include "daemon/flow_log_writer.h"
#include "daemon/host_places.h"
#include "daemon/housekeeping.h"
#include "daemon/metric_collector.h"
#include "daemon/metrics.h"
#include "daemon/new_private_key.h"
#include "daemon/operator_api.h"
#include "daemon/seen_sockets.h"
#include "dataplane/linux/dry_run.h"
#include "dataplane/linux/event_reader.h"
#include "dataplane/linux/meter_reader.h"
#include "dataplane/linux/mounts.h"
#include "dataplane/linux/net_namespace.h"
#include "dataplane/linux/preflight.h"
#include "dataplane/linux/traffic_reader.h"
#include "dns/server/server.h"
#include "health/prober/prober.h"
#include "health/state/observation.h"
#include "instances/image/built_image.h"
#include "instances/image/host_image.h"
#include "instances/launcher/console.h"
#include "instances/runner/runner.h"
#include "metadata/answers/role.h"
#include "metadata/server/server.h"
#include "model/buckets.h"
#include "model/chosen.h"
#include "model/images.h"
#include "model/older_worlds.h"
#include "relay/haproxy/relays.h"
#include "service_endpoints/server.h"
#include "sns/delivery/deliverer.h"
#include "store/log_store.h"
#include "store/metric_store.h"
#include "store/object_store.h"
#include "store/sqlite_store.h"

namespace postern::daemon {
namespace {

// How long an answer waits for the data plane; what takes longer is logged by the reconciler.
constexpr std::chrono::seconds kProgrammedPatience{2};
// How long a watcher waits for an event.
constexpr std::chrono::milliseconds kEventPatience{500};
constexpr std::chrono::seconds kResetPatience{60};
// How often the time's passing is looked at.
constexpr timespec kTick = {.tv_sec = 1, .tv_nsec = 0};

// What instances trust as Amazon's certificate authority.
std::string authority_file(const Config& config) {
  return config.data_dir + "/authority.pem";
}

std::string instances_dir(const Config& config) {
  return config.data_dir + "/instances";
}

// What of the host no instance sees.
std::vector<std::string> private_paths(const Config& config) {
  std::vector<std::string> paths = {config.data_dir, config.run_dir, config.image_dir};
  if (!config.buckets.empty()) {
    paths.push_back(config.buckets);
  }
  return paths;
}

// postern-init lies beside the daemon.
std::string init_program() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "postern-init";
}

// Of TLS listeners: what is in it lives as long as the relays do.
std::string relays_dir(const Config& config) {
  return config.run_dir + "/tls";
}

instances::Launcher::Options launcher_options(const Config& config) {
  return {.state_dir = instances_dir(config),
          .run_dir = config.run_dir,
          .init_program = init_program()};
}

// The CLI lies beside the daemon too.
std::string cli_program() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "postern";
}

// Of the buckets that there are.
std::set<std::string> storages_of(const model::World& world) {
  std::set<std::string> out;
  for (const auto& [id, bucket] : world.all<model::Bucket>()) {
    out.insert(bucket->storage);
  }
  return out;
}

bool is_loopback(const IpAddress& address) {
  return address.text() == "::1" || address.text().starts_with("127.");
}

// Where clients on this host call. To listen at every address is to listen at the loopback's too,
// and "every address" is none that can be called.
std::string endpoint_of(const api::server::ListenAddress& listen, std::uint16_t port) {
  const std::string text = listen.address.text();
  if (listen.address.is_v4()) {
    return fmt::format("http://{}:{}", text == "0.0.0.0" ? "127.0.0.1" : text, port);
  }
  return fmt::format("http://[{}]:{}", text == "::" ? "::1" : text, port);
}

std::vector<VerdictLine> verdict_lines(const std::vector<dataplane::VerdictCount>& counts) {
  std::vector<VerdictLine> lines;
  for (const dataplane::VerdictCount& count : counts) {
    const auto& info = dataplane::info(count.verdict);
    lines.push_back({.verdict = std::string(info.name),
                     .action = std::string(dataplane::name_of(info.action)),
                     .meaning = std::string(info.meaning),
                     .packets = count.packets,
                     .bytes = count.bytes});
  }
  return lines;
}

// All of the running daemon. Members are built top to bottom and end in reverse: first nobody asks
// any more, then nobody acts, then the World's last revision is on disk.
class Daemon {
 public:
  Daemon(const Config& config, std::unique_ptr<store::Store> store, model::World world,
         std::unique_ptr<store::LogStore> logs, std::unique_ptr<store::MetricStore> metrics,
         std::string metrics_progress, std::unique_ptr<store::ObjectStore> objects,
         std::unique_ptr<dataplane::LinuxKernel> kernel, instances::Launcher launcher,
         service_endpoints::Authority authority)
      : config_(config),
        store_(std::move(store)),
        logs_(std::move(logs)),
        metric_store_(std::move(metrics)),
        objects_(std::move(objects)),
        kernel_(std::move(kernel)),
        console_(instances_dir(config)),
        authority_(std::move(authority)),
        data_plane_(*kernel_),
        flows_(*kernel_, [this](auto connections) { collector_.sample(std::move(connections)); }),
        instance_network_(*kernel_),
        sockets_(kernel_->run_dir()),
        dry_run_(kernel_->run_dir()),
        event_reader_(kernel_->run_dir()),
        traffic_reader_(kernel_->run_dir()),
        meter_reader_(kernel_->run_dir()),
        host_places_(*kernel_),
        buckets_(config.buckets),
        core_(*store_, std::move(world), clock_, core_ids()),
        reconciler_(core_, data_plane_),
        collector_(collector_parts(std::move(metrics_progress))),
        sweeper_(core_, reconciler_, flows_),
        runner_(runner_parts(), std::move(launcher)),
        attacher_(attacher_parts()),
        flow_logs_(flow_log_parts()),
        faults_(fault_parts()),
        dispatcher_(dispatcher_parts()),
        web_console_(console_parts()) {}

  ~Daemon() {
    stopping_ = true;
    core_.world().wake();
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  Result<> start();
  void tick();

 private:
  IdSource& core_ids();
  instances::RunnerParts runner_parts();
  AttacherParts attacher_parts();
  FlowLogParts flow_log_parts();
  FaultKeeperParts fault_parts();
  MetricCollectorParts collector_parts(std::string progress);
  Result<> look_at_buckets();
  // The image of that id, as it is now.
  Result<instances::Image> image_now(const std::string& id) const;
  Result<> look_at_image();
  Result<> put_log_file(const flow_logs::Object& object);
  api::Service ec2();
  metadata::ServerParts metadata_parts();
  service_endpoints::ServerParts service_endpoint_parts();
  relay::RelaysParts relays_parts();
  sns::DelivererParts deliverer_parts(std::string endpoint);
  std::optional<api::wire::HttpResponse> follow_link(const api::wire::HttpRequest& request);
  api::server::DispatcherParts dispatcher_parts();
  api::server::FrontDoorParts front_door_parts();
  Witnesses witnesses();
  std::optional<std::vector<explain::Socket>> sockets_behind(
      const model::NetworkInterface& interface) const;
  console::ConsoleParts console_parts();
  OperatorParts operator_parts(std::string endpoint);
  Result<std::string> metrics();
  std::optional<std::string> console_output(const model::Id<model::Instance>& id) const;
  Result<> ensure_region(const model::Caller& caller);
  Result<> reset();

  const Config& config_;
  SystemClock clock_;
  RandomIds random_ids_;
  std::optional<SeededIds> seeded_ids_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::LogStore> logs_;
  std::unique_ptr<store::MetricStore> metric_store_;
  std::unique_ptr<store::ObjectStore> objects_;
  std::unique_ptr<dataplane::LinuxKernel> kernel_;
  instances::Console console_;
  service_endpoints::Authority authority_;
  LinuxDataPlane data_plane_;
  LinuxFlowTable flows_;
  LinuxInstanceNetwork instance_network_;
  LinuxVpcSockets sockets_;
  dataplane::DryRun dry_run_;
  dataplane::EventReader event_reader_;
  dataplane::TrafficReader traffic_reader_;
  dataplane::MeterReader meter_reader_;
  EventLog events_{[this]() -> Result<std::pair<std::vector<pn_event>, std::uint64_t>> {
                     TRY_ASSIGN(auto batch, event_reader_.read(kEventPatience));
                     return std::pair(std::move(batch.events), batch.lost);
                   },
                   clock_};
  LinuxHostPlaces host_places_;
  BucketFolder buckets_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> ready_ = false;
  core::Core core_;
  core::Reconciler reconciler_;
  MetricCollector collector_;
  core::Sweeper sweeper_;
  // Before the runner, which waits for them.
  std::optional<dns::Server> dns_;
  std::optional<metadata::Server> metadata_;
  instances::Runner runner_;
  Attacher attacher_;
  FlowLogWriter flow_logs_;
  FaultKeeper faults_;
  std::optional<sns::Deliverer> deliverer_;
  std::optional<health::Prober> prober_;
  std::optional<relay::Relays> relays_;
  api::server::Dispatcher dispatcher_;
  std::optional<console::Terminals> terminals_;
  console::Console web_console_;
  std::unique_ptr<api::server::HttpServer> by_endpoint_;
  std::optional<service_endpoints::Server> service_endpoints_;
  std::unique_ptr<api::server::HttpServer> front_;
  std::unique_ptr<api::server::HttpServer> operator_;
  std::unique_ptr<api::server::HttpServer> metrics_;
};

IdSource& Daemon::core_ids() {
  if (config_.seed) {
    return seeded_ids_.emplace(*config_.seed);
  }
  return random_ids_;
}

Result<instances::Image> Daemon::image_now(const std::string& id) const {
  const auto image = model::find_image(id);
  const auto build = instances::newest_build(config_.image_dir);
  if (build && image && !image->variant.empty()) {
    return instances::built_image(*build, image->variant, authority_.certificate());
  }
  return instances::host_image(config_.system_dir, private_paths(config_),
                               authority_.certificate());
}

// It may be built, or taken away, while the daemon runs.
Result<> Daemon::look_at_image() {
  const bool there = instances::newest_build(config_.image_dir).has_value();
  if (model::settings_of(*core_.snapshot()).built_image == there) {
    return {};
  }
  TRY(core_.run([&](model::Transaction& tx) -> Result<> {
    model::set_built_image(tx, there);
    return {};
  }));
  return {};
}

instances::RunnerParts Daemon::runner_parts() {
  return {.core = core_,
          .network = instance_network_,
          .image = [this](const std::string& id) { return image_now(id); },
          .wait_ready =
              [this](std::uint64_t revision, const model::Id<model::Vpc>& vpc) {
                if (!reconciler_.wait_programmed(revision, kProgrammedPatience) ||
                    !dns_->wait_open(vpc, kProgrammedPatience) ||
                    !metadata_->wait_open(vpc, kProgrammedPatience)) {
                  log::warn("an instance boots in a VPC that is not ready", {{"vpc", vpc}});
                }
              }};
}

AttacherParts Daemon::attacher_parts() {
  return {.core = core_,
          .clock = clock_,
          .places = host_places_,
          .region = config_.region,
          .wait_programmed = [this](std::uint64_t revision) {
            return reconciler_.wait_programmed(revision, kProgrammedPatience);
          }};
}

Result<> Daemon::look_at_buckets() {
  TRY_ASSIGN(auto names, buckets_.names());
  TRY(core_.run([&](model::Transaction& tx) -> Result<> {
    model::set_buckets(tx, std::move(names));
    return {};
  }));
  return {};
}

// A flow log's file, into a bucket of an account's or a folder of the operator's.
Result<> Daemon::put_log_file(const flow_logs::Object& object) {
  const auto world = core_.snapshot();
  const auto* bucket = world->find(model::Id<model::Bucket>(object.bucket));
  if (bucket == nullptr) {
    return buckets_.put(object);
  }
  const auto* log = world->find(object.log);
  const std::string key = object.folder + object.name;
  if (log == nullptr ||
      model::log_delivery(*world, *log, object.bucket, key) != model::LogDelivery::Allowed) {
    return refuse(faults::AccessDenied, "{} may not be delivered into {}", object.log,
                  object.bucket);
  }
  TRY(objects_->put(bucket->storage, api::s3::log_file(*bucket, key, object.content, clock_.now()),
                    object.content, false));
  return {};
}

// EC2 with new keys and what explains it. A bucket may have been made a moment before a flow log
// that is to go there.
api::Service Daemon::ec2() {
  api::Service ec2 = api::ec2::ec2_service(new_private_key);
  for (auto* of_resource : {api::insights::path_actions, api::insights::analysis_actions}) {
    const auto actions = of_resource();
    ec2.actions.insert(ec2.actions.end(), actions.begin(), actions.end());
  }
  for (api::Action& action : ec2.actions) {
    if (action.name == "CreateFlowLogs") {
      action.write = [this, write = std::move(action.write)](
                         const auto dialect, const auto& caller,
                         const auto& root) -> Result<api::Write> {
        TRY(look_at_buckets());
        return write(dialect, caller, root);
      };
    }
  }
  return ec2;
}

std::vector<api::Service> all_services(api::Service ec2) {
  std::vector<api::Service> services = {api::acm::acm_service(),
                                        api::autoscaling::autoscaling_service(),
                                        std::move(ec2),
                                        api::elbv2::elbv2_service(),
                                        api::iam::iam_service(),
                                        api::logs::logs_service(),
                                        api::route53::route53_service(),
                                        api::sns::sns_service(),
                                        api::ssm::ssm_service(),
                                        api::sts::sts_service()};
  for (api::Service& service : api::cloudwatch::cloudwatch_services()) {
    services.push_back(std::move(service));
  }
  return services;
}

FlowLogParts Daemon::flow_log_parts() {
  return {.core = core_,
          .clock = clock_,
          .read = [this]() -> Result<TrafficBatch> {
            TRY_ASSIGN(auto batch, traffic_reader_.read());
            return TrafficBatch{.rows = std::move(batch.rows), .lost = batch.lost};
          },
          .write = [this](const auto& events) { return logs_->write(events); },
          .put = [this](const auto& object) { return put_log_file(object); },
          .keep = [this](const auto& groups) { return logs_->keep(groups); },
          .longest_window = config_.flow_log_window};
}

FaultKeeperParts Daemon::fault_parts() {
  return {.core = core_,
          .region = config_.region,
          .programmed = [this] { return reconciler_.programmed(); },
          .wait_programmed =
              [this](std::uint64_t revision) {
                reconciler_.wait_programmed(revision, kProgrammedPatience);
              },
          .check_delays = [this] { return kernel_->check_delays(); },
          .delayed_links = [this] { return kernel_->delayed_links(); },
          .set_delay =
              [this](std::uint32_t port, std::chrono::milliseconds delay) {
                return kernel_->set_delay(port, delay);
              },
          .forget_of_node = [this](std::uint32_t node) { return kernel_->forget_of_node(node); }};
}

MetricCollectorParts Daemon::collector_parts(std::string progress) {
  return {.core = core_,
          .clock = clock_,
          .read = [this]() -> Result<std::vector<metrics::Counted>> {
            TRY(kernel_->drain_meters());
            TRY_ASSIGN(const auto rows, meter_reader_.read());
            std::vector<metrics::Counted> out;
            for (const auto& [key, meter] : rows) {
              out.push_back({.key = key, .meter = meter});
            }
            return out;
          },
          .forget = [this](const auto& keys) { return meter_reader_.forget(keys); },
          .write = [this](const auto& measured,
                          const auto& told) { return metric_store_->write(measured, told); },
          .keep_house = [this](TimePoint now) { return metric_store_->keep_house(now); },
          .progress = std::move(progress),
          .period = config_.metric_period};
}

metadata::ServerParts Daemon::metadata_parts() {
  return {.world = core_.world(),
          .sockets = sockets_,
          .clock = clock_,
          .renew_keys = [this](const model::Id<model::Instance>& id) {
            const auto done = core_.run([&](model::Transaction& tx) -> Result<> {
              metadata::renew_keys(tx, id);
              return {};
            });
            if (!done) {
              log::warn("an instance's keys were not renewed",
                        {{"instance", id}, {"error", done.error().message()}});
            }
            return core_.snapshot();
          }};
}

service_endpoints::ServerParts Daemon::service_endpoint_parts() {
  return {.world = core_.world(),
          .sockets = sockets_,
          .clock = clock_,
          .authority = authority_,
          .hand = [this](Fd socket, const auto& endpoint, const std::string& address) {
            by_endpoint_->hand(std::move(socket), {.endpoint = endpoint.value, .client = address});
          }};
}

relay::RelaysParts Daemon::relays_parts() {
  return {
      .world = core_.world(),
      .folder = relays_dir(config_),
      .wait_programmed =
          [this](std::uint64_t revision) {
            reconciler_.wait_programmed(revision, kProgrammedPatience);
          },
      .in_vpc = [this](const std::string& vpc, const std::function<void()>& action) -> Result<> {
        TRY_ASSIGN(const Fd netns,
                   dataplane::open_namespace(kernel_->run_dir().network_namespace(vpc)));
        return dataplane::run_in_namespace(netns.get(), action);
      }};
}

sns::DelivererParts Daemon::deliverer_parts(std::string endpoint) {
  return {.world = core_.world(),
          .clock = clock_,
          .links =
              [endpoint = std::move(endpoint)](const model::TopicSubscription& subscription) {
                return sns::Links{
                    .subscribe = api::sns::subscribe_url(endpoint, subscription.topic.value,
                                                         subscription.token),
                    .unsubscribe = api::sns::unsubscribe_url(endpoint, subscription.id.value)};
              },
          .report =
              [this](const auto& id, model::DeliveryOutcome outcome) {
                const auto done = core_.run([&](model::Transaction& tx) -> Result<> {
                  model::end_attempt(tx, id, outcome);
                  return {};
                });
                if (!done) {
                  log::warn("a delivery's end was not noted",
                            {{"delivery", id}, {"error", done.error().message()}});
                }
              }};
}

// What a subscriber's link asks for: whoever has the link may.
std::optional<api::wire::HttpResponse> Daemon::follow_link(const api::wire::HttpRequest& request) {
  const auto link = api::sns::read_link(request);
  if (!link) {
    return std::nullopt;
  }
  const api::Service service = api::sns::sns_service();
  const std::string id = random_ids_.uuid();
  std::string elements;
  const auto done = core_.run([&](model::Transaction& tx) -> Result<> {
    TRY_ASSIGN(elements, link->write(tx));
    return {};
  });
  log::info("link followed",
            {{"action", link->action}, {"fault", done ? "-" : done.error().fault().code}});
  return api::wire::HttpResponse{
      .status = done ? 200 : done.error().fault().http_status,
      .headers = {{"Content-Type", "text/xml;charset=UTF-8"}, {"x-amzn-RequestId", id}},
      .body = done ? api::wire::answer_document(service.dialect, link->action, service.xmlns, id,
                                                elements)
                   : api::wire::error_document(service.dialect, done.error(), service.xmlns, id)};
}

api::server::DispatcherParts Daemon::dispatcher_parts() {
  return {.core = core_,
          .clock = clock_,
          .ids = random_ids_,
          .services = all_services(ec2()),
          .machine = {.console_output = [this](const auto& id) { return console_output(id); },
                      .logs = logs_.get(),
                      .metrics = metric_store_.get()},
          .mode = config_.auth,
          .ensure_region = [this](const model::Caller& caller) { return ensure_region(caller); },
          .wait_programmed =
              [this](std::uint64_t revision) {
                return reconciler_.wait_programmed(revision, kProgrammedPatience) &&
                       relays_->wait_kept(revision, kProgrammedPatience);
              },
          .http_services = {api::s3::s3_service({.objects = *objects_,
                                                 .host_names = config_.host_names,
                                                 .secure = is_loopback(config_.listen.address)})}};
}

api::server::FrontDoorParts Daemon::front_door_parts() {
  return {.dispatcher = dispatcher_,
          .is_ready = [this] { return ready_.load(); },
          .version = POSTERN_VERSION,
          .region = config_.region,
          .operator_socket = operator_socket(config_.run_dir),
          .reset =
              config_.allow_reset ? std::function<Result<>()>([this] { return reset(); }) : nullptr,
          .link = [this](const auto& request) { return follow_link(request); },
          .console = [this](const auto& request) { return web_console_.answer(request); },
          .console_upgrade = [this](const auto& request) { return web_console_.upgrade(request); },
          .console_events = [this](const auto& request) { return web_console_.subscribe(request); },
          .host_names = config_.host_names};
}

console::ConsoleParts Daemon::console_parts() {
  return {
      .core = core_,
      .clock = clock_,
      .ids = random_ids_,
      .version = POSTERN_VERSION,
      .region = config_.region,
      .files = console::assets(),
      .absence = console::absence(),
      .explain = [this](
                     const model::World& world,
                     const std::string& body) { return explain_answer(world, body, witnesses()); },
      .events = [this](const model::World& world,
                       const std::string& target) { return events_.answer(world, target); },
      .open_terminal = [this](const std::string& session,
                              const std::string& instance) -> Result<api::server::WebSocketPeer> {
        return ready_ ? terminals_->open(session, instance) : unavailable("posternd is starting");
      },
      .close_terminals =
          [this](const std::string& session) {
            if (ready_) {
              terminals_->close(session);
            }
          }};
}

Witnesses Daemon::witnesses() {
  return {.judge =
              [this](const reference::Packet& packet) {
                return dry_run_.judge(packet.port, packet.frame);
              },
          .sight = {.sockets = [this](const auto& interface) { return sockets_behind(interface); },
                    .relay = [this](const auto& vpc) { return relays_ && relays_->serves(vpc); }}};
}

// Of instances only: what the host attaches may be a router to others that listen.
std::optional<std::vector<explain::Socket>> Daemon::sockets_behind(
    const model::NetworkInterface& interface) const {
  if (!interface.attachment || interface.attachment->holder) {
    return std::nullopt;
  }
  const auto process =
      runner_.process(model::Id<model::Instance>(interface.attachment->instance_id));
  if (!process) {
    return std::nullopt;
  }
  auto seen = seen_sockets(process->pid);
  return seen ? std::optional(std::move(*seen)) : std::nullopt;
}

OperatorParts Daemon::operator_parts(std::string endpoint) {
  return {
      .core = core_,
      .clock = clock_,
      .version = POSTERN_VERSION,
      .region = config_.region,
      .endpoint = std::move(endpoint),
      .programmed = [this] { return reconciler_.programmed(); },
      .verdicts = [this]() -> Result<std::vector<VerdictLine>> {
        TRY_ASSIGN(const auto counts, kernel_->counters());
        return verdict_lines(counts);
      },
      .unknown_actions = [this] { return dispatcher_.counters().unknown(); },
      .process = [this](const model::Id<model::Instance>& id) -> std::optional<InstanceProcess> {
        const auto process = runner_.process(id);
        if (!process) {
          return std::nullopt;
        }
        return InstanceProcess{.pid = process->pid, .start_time = process->start_time};
      },
      .console = [this](const auto& id) { return console_output(id); },
      .reset = [this] { return reset(); },
      .attach = [this](const AttachWish& wish) { return attacher_.attach(wish); },
      .detach = [this](const auto& id) { return attacher_.detach(id); },
      .faults = {.begin = [this](const FaultWish& wish) { return faults_.begin(wish); },
                 .clear = [this](const std::string& id) { return faults_.clear(id); },
                 .expire_flows = [this](std::uint32_t idle) { return kernel_->expire_idle(idle); }},
      .console_link = [this](const std::string& account) { return web_console_.new_link(account); },
      .witnesses = witnesses(),
      .events = [this](const model::World& world,
                       const std::string& target) { return events_.answer(world, target); }};
}

std::optional<std::string> Daemon::console_output(const model::Id<model::Instance>& id) const {
  std::string output = console_.output(id.value);
  return output.empty() ? std::nullopt : std::optional(std::move(output));
}

Result<> Daemon::ensure_region(const model::Caller& caller) {
  TRY(core_.run([&](model::Transaction& tx) -> Result<> {
    core::ensure_account(tx, caller.account);
    api::ec2::ensure_default_vpc(tx, caller.account, caller.region);
    return {};
  }));
  return {};
}

Result<std::string> Daemon::metrics() {
  TRY_ASSIGN(const auto counts, kernel_->counters());
  return metrics_text(*core_.snapshot(),
                      {.version = POSTERN_VERSION,
                       .programmed = reconciler_.programmed(),
                       .connections = sweeper_.connections(),
                       .verdicts = verdict_lines(counts),
                       .served = dispatcher_.counters().served(),
                       .unserved = dispatcher_.counters().unknown()},
                      clock_.now());
}

Result<> Daemon::reset() {
  TRY_ASSIGN(const std::uint64_t revision, core::reset(core_, kResetPatience, stopping_));
  reconciler_.wait_programmed(revision, kProgrammedPatience);
  TRY(objects_->keep(storages_of(*core_.snapshot())));
  return metric_store_->clear();
}

Result<> Daemon::start() {
  TRY(core_.run([this](model::Transaction& tx) -> Result<> {
    model::complete_older_world(tx);
    model::set_timing(tx, config_.timing);
    model::set_quotas(tx, config_.quotas);
    model::set_subscriber_networks(tx, config_.subscriber_networks);
    model::set_tls_relay(tx, relay::has_haproxy());
    return {};
  }));
  TRY(look_at_buckets());
  TRY(look_at_image());
  reconciler_.start();
  sweeper_.start();
  flow_logs_.start();
  collector_.start();
  dns::Settings dns;
  for (const IpAddress& address : config_.dns_upstreams) {
    dns.upstreams.push_back({.address = address});
  }
  dns_.emplace(core_.world(), sockets_, random_ids_, dns);
  metadata_.emplace(metadata_parts());
  runner_.start();
  relays_.emplace(relays_parts());
  prober_.emplace(core_.world(), sockets_, [this](const health::Observation& observation) {
    if (!core_.post("target health", [observation](model::Transaction& tx) {
          return health::record(tx, observation);
        })) {
      log::warn("target health not recorded: too many commands wait");
    }
  });
  by_endpoint_ =
      api::server::HttpServer::serve_handed(api::server::endpoint_door(dispatcher_), clock_);
  service_endpoints_.emplace(service_endpoint_parts());
  TRY_ASSIGN(front_, api::server::HttpServer::listen(
                         config_.listen, api::server::front_door(front_door_parts()), clock_));
  const std::string endpoint = endpoint_of(config_.listen, front_->port());
  terminals_.emplace(cli_program(), endpoint);
  deliverer_.emplace(deliverer_parts(endpoint));
  TRY_ASSIGN(operator_,
             api::server::HttpServer::listen(
                 operator_socket(config_.run_dir),
                 api::server::operator_door(operator_api(operator_parts(endpoint))), clock_));
  if (config_.metrics) {
    TRY_ASSIGN(metrics_, api::server::HttpServer::listen(
                             *config_.metrics, metrics_door([this] { return metrics(); }), clock_));
  }
  reconciler_.wait_programmed(core_.snapshot()->revision(), kProgrammedPatience);
  ready_ = true;
  log::info("ready", {{"endpoint", endpoint}, {"data_dir", config_.data_dir}});
  return {};
}

void Daemon::tick() {
  if (needs_tidying(*core_.snapshot(), clock_.now()) &&
      !core_.post("tidy", [](model::Transaction& tx) {
        tidy(tx);
        return Result<>();
      })) {
    log::warn("not tidied: too many commands wait");
  }
  if (const auto looked = look_at_image(); !looked) {
    log::warn("not told that the image with systemd came or went",
              {{"error", looked.error().message()}});
  }
  attacher_.keep();
  faults_.keep();
  terminals_->reap();
}

// SIGTERM and SIGINT, kept for wait_for_end(): blocked before any thread is made.
sigset_t end_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

Result<> make_folders(const Config& config) {
  for (const std::string& path : {config.data_dir, instances_dir(config), config.run_dir}) {
    std::error_code failed;
    std::filesystem::create_directories(path, failed);
    if (failed) {
      return unavailable("cannot make the directory {}: {}", path, failed.message());
    }
  }
  // Keys and the instances' files are root's alone.
  chmod(config.data_dir.c_str(), 0700);
  return {};
}

}  // namespace

Result<> run(const Config& config) {
  const sigset_t ends = end_signals();
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  signal(SIGPIPE, SIG_IGN);
  TRY(dataplane::check_machine());
  TRY(make_folders(config));
  TRY_ASSIGN(auto store, store::SqliteStore::open(config.data_dir));
  TRY_ASSIGN(auto world, store->load());
  TRY_ASSIGN(auto logs, store::LogStore::open(config.data_dir));
  TRY_ASSIGN(auto metrics, store::MetricStore::open(config.data_dir));
  TRY_ASSIGN(auto metrics_progress, metrics->progress());
  TRY_ASSIGN(auto objects, store::ObjectStore::open(config.data_dir, storages_of(world)));
  TRY_ASSIGN(auto kernel, dataplane::LinuxKernel::open(dataplane::RunDir(config.run_dir)));
  TRY_ASSIGN(auto launcher, instances::Launcher::open(launcher_options(config)));
  TRY_ASSIGN(auto authority,
             service_endpoints::Authority::open(authority_file(config), SystemClock().now()));
  TRY_ASSIGN(const auto image, instances::host_image(config.system_dir, {}));
  TRY(launcher.check_machine(image.trees));
  Daemon daemon(config, std::move(store), std::move(world), std::move(logs), std::move(metrics),
                std::move(metrics_progress), std::move(objects), std::move(kernel),
                std::move(launcher), std::move(authority));
  TRY(daemon.start());
  while (sigtimedwait(&ends, nullptr, &kTick) < 0) {
    daemon.tick();
  }
  log::info("ending");
  return {};
}

Result<> destroy(const Config& config) {
  if (!std::filesystem::exists(config.data_dir)) {
    return {};
  }
  // Nobody else may be using it meanwhile.
  TRY_ASSIGN(const auto lock, store::SqliteStore::open(config.data_dir));
  TRY_ASSIGN(auto launcher, instances::Launcher::open(launcher_options(config)));
  launcher.collect_garbage({});
  launcher.empty_trash();
  relay::end_all_relays(relays_dir(config));
  return dataplane::teardown(dataplane::RunDir(config.run_dir));
}

}  // namespace postern::daemon
