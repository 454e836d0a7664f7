export type { ActorRef, AnyActorRef, AnyBehaviour, ArgsOf, CallOptions, StateOf, StopOptions } from "./actor-ref.ts";
export type { ActorSystem, SpawnOptions, SystemStopOptions } from "./actor-system.ts";
export { type AsyncStreamOptions, asyncStream, type StreamOutcome } from "./async-stream.ts";
export {
  type AnyEvent,
  BaseError,
  type BaseErrorOptions,
  type Clock,
  type ErrorRecord,
  type EventOf,
  errorCode,
  fromErrorRecord,
  isBaseError,
  systemClock,
  type Timer,
  toErrorRecord,
} from "./base/index.ts";
export type { ChildStatus } from "./child-lifecycle.ts";
export {
  type ActorStart,
  type AnyActorStart,
  type AnyChildSpec,
  type ChildOptions,
  type ChildSpec,
  type ChildType,
  child,
  type FullChildSpec,
  type RestartType,
  type Shutdown,
  type StartOptions,
  startOf,
} from "./child-spec.ts";
export type { ChildView } from "./child-view.ts";
export { type BusOptions, createBus } from "./create-bus.ts";
export { createRegistry, type RegistryOptions } from "./create-registry.ts";
export { createSystem } from "./create-system.ts";
export {
  type ActorBehaviour,
  type BehaviourParts,
  defineActor,
  type HandlerResult,
  type MaybePromise,
  type TrapRule,
} from "./define-actor.ts";
export { type DynamicSupervisorOptions, dynamicSupervisor } from "./dynamic-supervisor.ts";
export type {
  EventBus,
  EventNamed,
  EventStream,
  EventStreamOptions,
  EventsFitting,
  OverflowPolicy,
  SpanIds,
  Subscription,
} from "./event-bus.ts";
export type { AboutActor, AboutChild, ReportContext, RuntimeEvent } from "./events.ts";
export { exit } from "./exit.ts";
export {
  describeReason,
  type ExitReason,
  type ExitWith,
  Failure,
  HandledMessage,
  isClean,
  type MessageKind,
  type ShutdownWith,
} from "./exit-reason.ts";
export { type FormatOptions, type FormatTreeOptions, formatEvent, formatTree } from "./format-events.ts";
export { type FromMachineOptions, fromMachine, type MachineState, type SnapshotStore } from "./from-machine.ts";
export {
  type CallResult,
  type From,
  Ignore,
  ignore,
  Next,
  type NextOptions,
  NoReply,
  next,
  noReply,
  Refusal,
  Reply,
  refuse,
  reply,
  replyLater,
  Stop,
  stop,
  stopWithReply,
} from "./handler-result.ts";
export type { HostPoolOptions, ProcessHostsOptions, ThreadHostsOptions } from "./hosts/host-options.ts";
export type { HostView } from "./hosts/host-pool.ts";
export { type HostedBehaviours, hostedModule } from "./hosts/hosted-module.ts";
export { type HostsBehaviour, processHosts, threadHosts } from "./hosts/hosts.ts";
export { loadModule } from "./hosts/load-module.ts";
export { type Movable, transfer } from "./hosts/transfer.ts";
export type {
  AnyMachine,
  EventOfMachine,
  InputOf,
  InspectedStep,
  KeptSnapshot,
  MachineInspector,
  OutputOf,
  RunningMachine,
  SnapshotOf,
} from "./machine-shape.ts";
export {
  type AnyPartitionSupervisor,
  type PartitionOptions,
  partitionSupervisor,
  resizePartitions,
  routeTo,
} from "./partition-supervisor.ts";
export { type InspectedSystem, readInspection } from "./read-inspection.ts";
export type { Registry, RegistryEntry, RegistryNotice, ValueUpdate, ViaKey } from "./registry.ts";
export { collectRequests, type RequestCollection, type RequestOutcome } from "./request-collection.ts";
export type { Strategy } from "./restart-plan.ts";
export type { Alias, Monitor, MonitorOptions, PendingSend, Self } from "./self.ts";
export { type Inspection, serveInspection } from "./serve-inspection.ts";
export {
  type EndSignal,
  type SignalProcess,
  type StopOnSignalsOptions,
  type Stoppable,
  stopOnSignals,
} from "./stop-on-signals.ts";
export { supervisor } from "./supervisor.ts";
export {
  countChildren,
  type DynamicSupervisorRef,
  deleteChild,
  getChildSpec,
  reconfigure,
  restartChild,
  type SupervisorRef,
  startChild,
  terminateChild,
  whichChild,
  whichChildren,
} from "./supervisor-calls.ts";
export type { AutoShutdown, SupervisorOptions } from "./supervisor-flags.ts";
export type { ChildCounts } from "./supervisor-table.ts";
export type { SystemOptions } from "./system.ts";
export { Down, Exit, isDown, isExit, isTimeout, Timeout } from "./system-message.ts";
export { getState, replaceState, resume, suspend } from "./system-requests.ts";
export type { ObserveOptions, SystemView } from "./system-view.ts";
export { callersOf, type TaskOutcome, type TaskWork } from "./task-run.ts";
export {
  awaitTasks,
  startTask,
  startTaskUnder,
  type Task,
  type TaskOptions,
  type TaskWaitOptions,
  taskChild,
} from "./tasks.ts";
export type { TreeNode, TreeStatus } from "./tree-node.ts";
