/**
 * The one vocabulary of reasons: each word appears unchanged in conditions, events, logs, metric labels and
 * explanations (DESIGN §3).
 *
 * @module
 */

/** Reasons with what each of them means, for documentation and for `explain`. */
export const REASONS = {
  // What is known of a volume.
  NoSample: "No source has reported this volume yet.",
  StaleSample: "The last report of this volume is too old to act on.",
  SampleBeforeResize: "The last report was taken before the volume's size changed.",
  NoCapacity: "The claim has no capacity yet.",
  AgentUnreadable: "The agent cannot read the file system.",
  SharedDisk: "The file system is much larger than the claim: growing the claim grows nothing.",
  SourcesDisagree: "Two sources say different things about the same volume.",
  SourcesAgree: "No source contradicts another.",
  KubeletCertificateUnverified:
    "The certificate of a kubelet cannot be verified, so it is not asked.",
  KubeletUnreachable: "The kubelet of a node does not answer.",
  KubeletRefused: "The kubelet of a node does not let the controller read its statistics.",
  PrometheusUnreachable: "Prometheus does not answer.",
  PrometheusAmbiguous: "Prometheus knows several claims of one name.",
  InstanceMetricsUnreachable: "The metrics of an instance cannot be read.",
  SourcesReachable: "No source that is needed fails to answer.",
  FirstReportAwaited: "A pod has just begun to run: its volumes are not measured yet.",

  // How a volume fills up.
  TooFewSamples: "Too little of the volume's past is known to foretell anything.",
  TooIrregular: "The volume fills so unevenly that nothing can be foretold.",
  ToothLongerThanHistory:
    "One fall outweighs all growth that was seen: the known past is too short.",
  NotGrowing: "The volume keeps its size.",
  Shrinking: "The volume empties.",
  BeyondReach: "The volume fills, and is full later than anything can be foretold.",
  TimeToFullShort: "The volume is going to be full sooner than the policy's timeToFull.",
  FullBeforeGrown: "The volume is going to be full before an expansion usually ends.",

  // Levels.
  Healthy: "Every volume is below its thresholds.",
  AboveWarning: "The pressure of a volume is above the warning threshold.",
  AboveCritical: "The pressure of a volume is above the critical threshold.",
  AboveExpansion: "The pressure of a volume is above the expansion threshold.",
  AboveEmergency: "The pressure of a volume is above the emergency threshold.",
  VolumeFull: "A volume has no room left.",
  MinFreeReached: "Less is free on a volume than the policy's minFree.",
  InodesShort: "A volume runs out of inodes.",
  ManualRequest: "A user asked for this size by annotation.",
  ScheduledRequest: "A user asked for this size in the next maintenance window.",
  SiblingsLarger: "The other volumes of the role are larger.",
  DiskFullPhase: "CloudNativePG reports that there is not enough disk space.",

  // Why nothing is done.
  NoPolicy: "No policy selects the cluster: it is observed and never acted on.",
  ForeignOwner: "The ClusterStorage of the cluster's name belongs to something else.",
  Excluded: "The policy excludes the cluster.",
  PolicyInvalid: "The policy's settings contradict each other.",
  PolicyConflict: "Another policy holds a cluster that this one selects.",
  Paused: "A user has paused the management of the cluster.",
  DryRun: "The policy is a dry run: what would be done is recorded, nothing is done.",
  Deleting: "The cluster is being deleted.",
  ExpansionDisabled: "The policy does not allow expansion.",
  ClaimNotBound: "The claim is not bound.",
  ClaimDeleting: "The claim is being deleted.",
  BlockVolume: "The volume has no file system that could grow.",
  StorageClassUnknown: "The claim's StorageClass does not exist or is not named.",
  StorageClassFixed: "The StorageClass does not allow expansion.",
  DriverOfflineOnly: "The CSI driver grows volumes only while they are detached.",
  ResizeInFlight: "A resize of this volume is already under way.",
  RetryBackoff: "The last try failed a moment ago; the next one waits.",
  ReasonUnknown: "Another version wrote a reason that this one does not know.",
  EventUnreadable: "A StorageEvent cannot be read: it may be an operation under way.",
  VolumeLocked: "An open operation holds this volume.",
  BreakerOpen: "The circuit breaker is open after repeated failures.",
  MaxSizeReached: "The volume has reached the policy's maxSize.",
  FirstSizeUnknown: "The role's first size is not recorded yet, and the policy sets no maxSize.",
  MaxSizeNear: "The volume is above 80 % of the policy's maxSize.",
  CooldownActive: "The last expansion of this role was too recent.",
  ProviderBudgetSpent: "The provider allows no further change of this volume for now.",
  WindowClosed: "The maintenance window is closed.",
  OperatorBusy: "CloudNativePG is busy with the cluster.",
  NoRunningPod: "No running pod mounts the volume, so no node can grow its file system.",
  QuotaExceeded: "A ResourceQuota leaves too little for a larger claim.",
  LimitRangeExceeded: "A LimitRange allows no larger claim.",
  ClassCapacityShort: "The storage behind the StorageClass has too little left.",
  ProviderMaximum: "The provider has no larger volumes.",
  DetachNeeded: "The provider grows the volume past this size only while it is detached.",
  OtherGrower: "Something else grows the volume as well.",
  SoleGrower: "Nothing else grows the volumes.",
  GitHoldsSmallerSize: "Git declares a smaller size than the volumes have.",
  SpecDeclaresLess: "The Cluster's spec declares less than the volumes have.",
  GitHoldsSize: "Git declares the size, so that the Cluster's spec is left to it.",
  DeclaredSizeFits: "The Cluster's spec declares what the volumes have.",
  RequestNotAbove: "The requested size is not above the present one.",
  RequestUnreadable: "The annotations that ask for a size cannot be read as a request.",
  NoRequest: "No user's request for a size waits.",

  // Growing.
  ExpansionStarted: "An expansion has been opened.",
  CanaryRequested: "The first volume's claim asks for the new size.",
  SizeRequested: "The claim asks for the new size.",
  ControllerResized: "The storage provider has grown the volume; its file system is next.",
  Nudged: "The pod was annotated so that its kubelet grows the file system now.",
  FileSystemGrown: "The file system has grown, as measured by statfs.",
  VerifiedByKubernetes: "Kubernetes reports the new capacity; no measurement confirms it.",
  WrittenBack: "The Cluster's spec declares the new size.",
  WriteBackRefused: "The API server refused the new size in the Cluster's spec.",
  ExpansionCompleted: "Every volume of the role has grown.",
  PartialFailure: "Some volumes have grown, others have not.",
  ExpansionFailed: "No volume has grown.",
  ResizeInfeasible: "The storage provider refuses this size for good.",
  ResizeRefused: "The API server refused the claim's new size.",
  ControllerDeadline: "The storage provider did not grow the volume in time.",
  FileSystemDeadline: "The file system did not grow in time.",
  CanaryFailed: "The first volume could not grow, so this one was not touched.",
  ClaimVanished: "The claim no longer exists.",
  OperationStale: "Nothing has happened in an operation for very long.",
  RequestLowered: "The failed request was lowered to the smallest value Kubernetes accepts.",

  // Housekeeping.
  PolicyApplied: "The policy is active.",
  NoConflict: "No other policy holds a cluster that this one selects.",
  BreakerClosed: "The circuit breaker of no volume is open.",
  BreakerReset: "A user has reset the circuit breaker.",
  AlertResolved: "What an alert told of has passed.",
  MoreAlerts: "A cluster has more alerts than are told one by one.",
  Settled: "No expansion is under way.",
  AllVolumesKnown: "Every volume has a recent measurement.",
  SomeVolumesUnknown: "Some volumes have no recent measurement.",
  Expandable: "The mode, class, driver and disk of every volume let it grow.",
  BelowMaxSize: "No volume that has to grow is at its limit.",
} as const;

/** A CamelCase word of the vocabulary. */
export type Reason = keyof typeof REASONS;

/** Whether a word belongs to the vocabulary. */
export function isReason(text: string): text is Reason {
  return Object.hasOwn(REASONS, text);
}
