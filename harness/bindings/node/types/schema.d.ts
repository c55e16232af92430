// Made from the JSON Schemas by go generate ./harness/contract.

/** Asked is what was seen of a subject asking for credentials. */
export interface Asked {
  /** Answers are what was answered, each once, in order. */
  answers: Array<string>;
  count: number;
  first?: string;
  last?: string;
  /** Seen says that asking would have been noticed. It is not where the place is a variable or a file. */
  seen: boolean;
  /** Versions are the versions of the protocol that it was asked in, each once, where there are several: "1" and "2" of instance metadata. */
  versions: Array<string>;
}

/** Attempt is something the subject tried to reach and could not. */
export interface Attempt {
  /** Addr is the address. Where there is a Name it is the sandbox's own, made up for that name. */
  addr?: string;
  count: number;
  /** Name is the host name that the subject looked up; empty if it used the address itself. */
  name?: string;
  /** Network is "tcp", "udp", "icmp" (a ping), "ip:" and a protocol number, or "dns" for a name that was looked up and then not called. */
  network: string;
  port?: number;
  /** of the first */
  time: string;
}

/** Exchange is one request and its response as the mock saw them. It holds no secret: tokens and keys are described by length, prefix and fingerprint. */
export interface Exchange {
  /** Able are the ARNs of the users and roles of the account that may make the call, where the caller may not: whose credentials would have done. */
  able: Array<string>;
  /** Aborted: the client went away, or a fault kept the answer from it. */
  aborted?: string;
  /** what IAM was asked: "bedrock:InvokeModel" */
  action?: string;
  bodySha256?: string;
  bodySize: number;
  /** "bedrock:Converse"; "unknown" when not identified */
  call: string;
  /** Canonical is the canonical request, tokens redacted, where the signature is right and the credentials were refused all the same. */
  canonical?: string;
  /** the AWS error code that was sent */
  code?: string;
  /** Confidence and Source say how sure it is that AWS answers so: V verified, L likely, U unverified. */
  confidence?: "verified" | "likely" | "unverified";
  durationNs: number;
  /** Explanation is there when the signature did not match. */
  explanation?: Explanation;
  /** Fault struck the call on purpose. */
  fault?: Fault;
  header?: Record<string, Array<string>>;
  host: string;
  /** Issued is the key id of the credentials that the call was answered with. */
  issued?: string;
  /** IssuedUntil is when they end. */
  issuedUntil?: string;
  /** and its message */
  message?: string;
  method: string;
  /** "Converse" */
  operation?: string;
  /** as sent */
  path: string;
  presented: Presented;
  proto: string;
  query?: string;
  /** from the hostname, else from the credential scope */
  region?: string;
  remoteAddr?: string;
  requestId: string;
  resource?: string;
  responseSize: number;
  /** from 1, without gaps */
  seq: number;
  /** "Bedrock Runtime" */
  service?: string;
  source?: string;
  status: number;
  /** on the mock's clock */
  time: string;
  tls?: boolean;
  verdict: Verdict;
}

/** Explanation shows a signature mismatch: what the mock signed, and where the client probably differed. Tokens in it are redacted. */
export interface Explanation {
  canonicalRequest: string;
  /** Line (from 1), Ours and Theirs are the first line of the canonical request that differs, where the mistake was recognised. */
  line?: number;
  /** Mistake says in a sentence what the client probably did. */
  mistake?: string;
  name?: string;
  ours?: string;
  stringToSign: string;
  theirs?: string;
}

/** Fault is a misbehaviour of the next requests that match. Make one with a constructor such as Throttle, and say with On, At or Of which requests. */
export interface Fault {
  /** Call that it strikes: "bedrock:Converse", "sts:*", "*". */
  call?: string;
  /** Code of KindStatus for a call: the error code of the service ("ServiceUnavailable"). Empty is the one that the service has for that status. */
  code?: string;
  /** Delay of KindSlow and KindStale. */
  delayNs?: number;
  kind: string;
  /** Method of requests to an endpoint, "PUT"; empty for any. */
  method?: string;
  /** Name that is looked up: "sts.us-east-1.amazonaws.com", "*.amazonaws.com". */
  name?: string;
  /** Path of requests to an endpoint; at the end, "*" stands for anything. Empty is any path. */
  path?: string;
  /** Status of KindStatus, 400 to 599. */
  status?: number;
  /** Times is how many requests it strikes; at least 1. */
  times: number;
}

/** FileAccess says of a file of the host whether the subject opened it. Opens are seen by inotify, which takes no privilege; a path that is looked for and not there is not seen by it. */
export interface FileAccess {
  /** Count is the least number of opens: the kernel may count several that follow one another as one. */
  count: number;
  /** where the host has it: "~/.aws/config" */
  declared: string;
  first?: string;
  last?: string;
  /** where the subject finds it */
  path: string;
  /** Program says that the file can be run: to open it is to start it. */
  program?: boolean;
  /** Seen says that an open would have been noticed. */
  seen: boolean;
}

/** Finding is one thing that is wrong, or will be. */
export interface Finding {
  /** Also are further calls of which the same is to be said. */
  also: Array<number>;
  change: string;
  confidence?: "verified" | "likely" | "unverified";
  /** Hazard: nothing failed by it in this run. */
  hazard?: boolean;
  kind: string;
  /** Library made the call, as far as its User-Agent tells; Change speaks of it. */
  library?: string;
  /** of the exchange, 0 for the run as a whole */
  seq?: number;
  /** Source is where the rule is documented, publicly; Confidence how sure it is: V verified, L likely, U unverified. */
  source?: string;
  /** Variables are the ones that the finding is about: for mixed credentials the key's and the token's. */
  variables: Array<string>;
  /** What happened, in a sentence; why; and what to do about it. */
  what: string;
  why?: string;
}

/** Issue is one set of credentials that a place has handed out. */
export interface Issue {
  count?: number;
  /** End is when it ends; zero where that is not known, or never. */
  end?: string;
  /** First and Last are when it was handed out; Count is how often. */
  first?: string;
  keyId: string;
  last?: string;
  late: Array<number>;
  /** Superseded are the ones that were made with it after the place had handed out another: a copy, which nothing renews. */
  superseded: Array<number>;
  /** Used are the calls made with it, and Late the ones among them that were made after its end. */
  used: Array<number>;
}

/** Lookup is one request to an endpoint and what became of it. It never holds a secret: of credentials, it names the key id. */
export interface Lookup {
  /** Behaviour names the row of Behaviours that decided; empty for a fault that came before. */
  behaviour?: string;
  confidence?: "verified" | "likely" | "unverified";
  /** Settings.Name */
  endpoint: string;
  /** Fault struck the answer, on purpose. */
  fault?: string;
  host: string;
  /** KeyID is the access key id of the credentials returned. */
  keyId?: string;
  method: string;
  /** Note explains the answer to the person who debugs it. */
  note?: string;
  /** without the query */
  path: string;
  /** 0: no answer at all */
  status: number;
  time: string;
  /** Version is the protocol version that the request speaks, where the kind of endpoint has several: "1" or "2" for instance metadata. */
  version?: string;
}

/** Met is a bound that was met. */
export interface Met {
  bound: string;
  /** Ended says that the subject was ended by it. */
  ended?: boolean;
  /** Text says it in a sentence without a full stop. */
  text: string;
}

/** NameFailure is the lookup of a name that failed on purpose. */
export interface NameFailure {
  fault: Fault;
  name: string;
  time: string;
}

/** Offer is a place on a host that hands out credentials, or a token to get some for. It is derived from what the fixture declares. */
export interface Offer {
  addresses: Array<string>;
  /** Ended says that the credentials have ended before the program starts. */
  ended?: boolean;
  /** Endpoint, Session and Issuer name what the fixture declares; one of them is set, unless Platform is. */
  endpoint?: string;
  files: Array<string>;
  headers: Array<string>;
  issuer?: string;
  kind: string;
  /** Machine says that the credentials belong to the machine, and every program on it gets the same. */
  machine?: boolean;
  /** Name is what a person calls it: "EC2 instance metadata", "session compute". */
  name: string;
  /** Platform says that the credentials are the host's own and carry no permission. */
  platform?: boolean;
  /** Program says that the file is a program that prints credentials. */
  program?: boolean;
  /** Role is the fixture's name of the role behind it, User says that it is the project's user instead. */
  role?: string;
  session?: string;
  user?: boolean;
  /** Variables, Files, Addresses and Headers are how a program finds it: names of variables, paths, host:port, and names of request headers. */
  variables: Array<string>;
}

/** Opaque describes a secret string without showing it. */
export interface Opaque {
  /** see Fingerprint */
  fingerprint: string;
  length: number;
  /** at most 8 characters and a third of it */
  prefix: string;
}

/** Part is one part of a request's credentials. */
export interface Part {
  /** Alike says that the variables hold the same value, and that this does not tell whether the program read them: it is a common word, such as a region. */
  alike?: boolean;
  /** Derived says how the value was made from the value of the variables or the file, where it is not the same: "the white space around it removed". */
  derived?: string;
  /** Endpoint handed the part out, where no variable holds it. */
  endpoint?: string;
  /** File holds it, too or alone. */
  file?: string;
  /** Header of the request that the subject answers has it. */
  header?: string;
  /** Owner is the principal that the part belongs to, as the mock knows it. */
  owner?: Principal;
  /** who set the first of them */
  setBy?: string;
  /** Shown is the value as it may be printed: a key id, a region, or a description of a secret. */
  shown?: string;
  /** Variables hold exactly this value, unless Derived is set; more than one where the same value stands under several names. */
  variables: Array<string>;
}

/** Presented describes the credentials as the request carried them. */
export interface Presented {
  bearer?: Opaque;
  /** IdentityToken describes an OpenID Connect token, verified or not, and WebIdentity is whom a verified one stands for. */
  identityToken?: Opaque;
  keyId?: string;
  /** KeyOwner is whose key it is, when the mock knows it. */
  keyOwner?: Principal;
  /** NotKeyID describes what stands in the key id's place and may be a secret; KeyID is then empty. */
  notKeyId?: Opaque;
  /** Scheme is "sigv4", "sigv4-query", "sigv4a", "sigv2", "sigv2-query", "sigv4-form", "sigv2-form", "bearer", "web-identity", "password" or "none". */
  scheme: string;
  scopeDate?: string;
  scopeRegion?: string;
  scopeService?: string;
  /** SecretOf names the key whose secret made the signature: the presented key when all is well, another one when secrets were mixed up, "" when no known secret made it. It is found out for refused requests too. */
  secretOf?: string;
  signedHeaders: Array<string>;
  token?: Opaque;
  tokenKeyId?: string;
  /** TokenOwner is whose token it is, when the mock issued it: a principal's ARN. */
  tokenOwner?: Principal;
  webIdentity?: WebIdentity;
}

/** Principal is who is behind credentials. */
export interface Principal {
  /** Account is the number of the AWS account. */
  account?: string;
  /** ARN is empty for one that has no ARN. */
  arn?: string;
  /** Kind is "user", "role", "session", "federated user", "root", "anonymous", "web identity", or "other". A session is one of an assumed role. */
  kind: string;
  /** Name is the name of the user or of the role, without its path. */
  name?: string;
  /** Session is the name of the session. */
  session?: string;
  /** Text is the principal in one word or ARN, as the text of a result has it. */
  text: string;
}

/** Probe is an attempt of a subject to get credentials where its host has none. */
export interface Probe {
  method: string;
  path: string;
  /** "instance metadata" */
  target: string;
  time: string;
}

export interface Project {
  /** The project's AWS account (111122223333). */
  account?: string;
  /** IAM actions that the project's user may do (*). */
  allow?: Array<string>;
  /** Run at the moment when a program initialises, at which some hosts have not yet set all variables. */
  atInit?: boolean;
  /** The project's build writes its variables into what is deployed (.env.production): programs see them where the host shows them to builds alone. */
  baked?: boolean;
  /** Name under which the project keeps a Bedrock API key of its user. */
  bearerAs?: string;
  /** S3 bucket that the project has; there is none otherwise. */
  buckets?: Array<string>;
  /** How far AWS's clock is ahead of the program's, 20m, or behind it, -6m. */
  clock?: string;
  /** IAM actions that the project's user is denied. */
  deny?: Array<string>;
  /** Misbehaviour on purpose, as often as it says: imds:throttle:3, imds/latest/api/token:hang, bedrock:*:status=503:2, dns:sts.us-east-1.amazonaws.com:servfail:4. Kinds: throttle, status, slow, hang, reset, drop, truncate, malformed; of endpoints stale; of calls revoke, revoke-after; of names nxdomain, servfail, noanswer. */
  faults?: Array<string>;
  /** How the program is led to the mock: sandbox (unmodified programs, real hostnames, and nothing leaves; Linux only), container (the same for an image; needs Docker), endpoint (AWS_ENDPOINT_URL; any system, but the network stays open) or auto (sandbox where it works, else endpoint); by default what HOSTPROOF_ISOLATION says, else auto. */
  isolation?: "auto" | "sandbox" | "endpoint" | "container";
  /** What is different about the tokens of one of the host's issuers, 'vercel={defect: expired, claims: {environment: preview}}'. Keys: claims, defect, lifetime, audience, down. */
  issuers?: Record<string, {
    audience?: Array<string>;
    claims?: Record<string, unknown>;
    defect?: "expired" | "not-yet-valid" | "too-old" | "wrong-audience" | "wrong-issuer" | "wrong-key" | "unknown-key" | "unsigned" | "symmetric" | "tampered" | "not-a-token" | "no-subject" | "no-audience";
    down?: boolean;
    lifetime?: string;
  }>;
  /** Names under which the project keeps its user's key and secret (MY_AWS_ACCESS_KEY_ID,MY_AWS_SECRET_ACCESS_KEY; with --host-file those of the file); empty for those that projects on the host have, if any. */
  keyAs?: Array<string>;
  /** How long the credentials of one of the host's sources last, metadata=10m: an endpoint or a session, or sts for what STS gives the program; negative for expired ones. */
  lifetime?: Record<string, string>;
  /** What the program may write in /tmp, /var/tmp and /dev/shm together under isolation sandbox, and how long a file of it may be elsewhere (8GiB). */
  maxDisk?: unknown;
  /** Memory that the program and what it starts may use together under isolation sandbox, 512MiB (half of the machine's); with more it is ended. */
  maxMemory?: unknown;
  /** How much is kept of the end of what the program prints, of standard output and of standard error each (4MiB). */
  maxOutput?: unknown;
  /** Processes and threads that the program may have at a time under isolation sandbox (4096). */
  maxProcesses?: number;
  /** Where the mock AWS runs: embedded or container; by default what HOSTPROOF_MOCK says. */
  mock?: string;
  /** Service of this machine that stays within the program's reach: 5432, or db.internal:5432=127.0.0.1:15432. */
  pass?: Array<string>;
  /** Places of this machine that the program sees under isolation sandbox though they are hidden otherwise, such as ~/.npmrc; what begins with a dot in a home is, but for toolchains. */
  read?: Array<string>;
  /** Region that the host runs the project in, in place of its own. */
  region?: string;
  /** IAM actions that one of the host's roles may do, ROLE=ACTION,ACTION: the role as hostproof show or an output names it (task, app-task), or * for each. Without it a role may do nothing. */
  roleAllow?: Record<string, Array<string>>;
  /** One of the host's roles, with what the project changes about it: 'task={is: deploy}' for a role that a seed made, 'task={trust: POLICY}' for another trust policy. Keys: allow, policies, trust, is. */
  roles?: Record<string, Array<string> | {
    allow?: Array<string>;
    is?: string;
    policies?: Array<unknown>;
    trust?: string;
  }>;
  /** More accounts and resources for the mock, in YAML as go doc github.com/hostproof/hostproof/mockaws.Seed has it: a file, or the text itself, from { on. */
  seeds?: Array<{
    accounts?: Array<{
      alias?: string;
      bedrockApiKeys?: Array<{
        expiration?: string;
        expiresIn?: string;
        secret?: string;
        status?: string;
        user?: string;
      }>;
      id?: string;
      oidcProviders?: Array<{
        clientIds?: Array<string>;
        url?: string;
      }>;
      outboundFederation?: boolean;
      policies?: Array<unknown>;
      resourceControlPolicies?: Array<unknown>;
      roles?: Array<{
        allow?: Array<string>;
        boundary?: unknown;
        deny?: Array<string>;
        description?: string;
        managedPolicies?: Array<string>;
        maxSessionDuration?: number;
        name?: string;
        path?: string;
        policies?: Array<unknown>;
        tags?: Record<string, string>;
        trust?: unknown;
        trustService?: Array<string>;
      }>;
      rootKeys?: Array<{
        id?: string;
        secret?: string;
        status?: string;
      }>;
      serviceControlPolicies?: Array<unknown>;
      sessions?: Array<{
        expiration?: string;
        expiresIn?: string;
        externalId?: string;
        id?: string;
        name?: string;
        role?: string;
        secret?: string;
        service?: string;
        sessionPolicy?: unknown;
        tags?: Record<string, string>;
        through?: string;
        token?: string;
        tokenLength?: number;
        user?: string;
      }>;
      users?: Array<{
        allow?: Array<string>;
        boundary?: unknown;
        deny?: Array<string>;
        keys?: Array<{
          id?: string;
          secret?: string;
          status?: string;
        }>;
        managedPolicies?: Array<string>;
        mfaDevices?: Array<{
          codes?: Array<string>;
          serial?: string;
        }>;
        name?: string;
        path?: string;
        policies?: Array<unknown>;
        tags?: Record<string, string>;
      }>;
    }>;
    buckets?: Array<{
      account?: string;
      name?: string;
      region?: string;
    }>;
    issuers?: Array<{
      algorithm?: string;
      down?: boolean;
      retire?: boolean;
      rotate?: boolean;
      url?: string;
    }>;
    services?: Array<{
      asymmetric?: boolean;
      name?: string;
      paths?: string;
      protocol?: string;
      skew?: string;
      unsignedPayload?: boolean;
    }>;
    sessionLimit?: string;
    synthesize?: boolean;
    tokenLength?: number;
  }>;
  /** Project variable; V may hold ${user.accessKeyId}, ${user.secretAccessKey}, ${region}. */
  set?: Record<string, string>;
  /** Give the program a wall clock that is so far ahead of AWS's, 1h, or behind it, -6m (by libfaketime, or the overlay of harness/goclock). */
  subjectClock?: string;
  /** Time that the program has (1m). */
  timeout?: string;
  /** Length of every session token, 4096: AWS allows so much, and programs that have less room for it cut it off or refuse. */
  tokenSize?: number;
  /** Variable to take out of the environment, the host's too. */
  unset?: Array<string>;
  /** A user, in place of the four above, which are for a single one; again for another: '{name: ci, allow: ["s3:*"], key: [CI_ID, CI_SECRET]}'. Keys: name, allow, deny, policies, key, bearer, example. */
  users?: Array<{
    allow?: Array<string>;
    bearer?: string;
    deny?: Array<string>;
    example?: boolean;
    key?: Array<string>;
    name?: string;
    policies?: Array<unknown>;
  }>;
  /** Credential endpoint of the host that has no role: an instance without a profile. */
  withoutRole?: Array<string>;
  /** Directories of this machine that the program may write under isolation sandbox, besides the one that it runs in; what it writes in /tmp is gone afterwards, and everything else is read-only. */
  write?: Array<string>;
}

/** Provenance says how a fact is known, and until when that is good enough. */
export interface Provenance {
  because?: string;
  /** Checked is the day on which somebody last read the source, YYYY-MM-DD. Where no such day is known, Entered is the day on which the fact was written down. */
  checked?: string;
  /** V verified, L likely, U unverified */
  confidence: "verified" | "likely" | "unverified";
  entered?: string;
  /** documented, observed or inferred */
  from: string;
  note?: string;
  /** ReviewBy is the last day on which the fact may stand unread, YYYY-MM-DD, and Because why that day is another than [Provenance.Due] would say. */
  reviewBy?: string;
  /** an https address or owner/repository#number */
  source: string;
}

/** Refusal says at which stage and for which reason a request was refused. */
export interface Refusal {
  /** Cause says more, in the one struct that the reason has; nil where nothing more is known. In JSON it is the object "cause", with the names of the struct's tags; the journal's records keep it apart. */
  cause?: Record<string, unknown>;
  /** Detail explains the refusal to the person who debugs it. It never goes on the wire. */
  detail?: string;
  reason: string;
  stage: string;
}

/** Result is what became of one run of a program on a host. */
export interface Result {
  /** Blind is what the isolation cannot know of the subject's calls; empty if it sees all. Where it is set, no exchange does not mean that there was no call. */
  blind?: string;
  durationNs: number;
  environment: Array<Variable>;
  exchanges: Array<Exchange>;
  /** 0 = success; -1 = ended by a signal */
  exitCode: number;
  /** Files are the host's files, with how often each was opened. */
  files: Array<FileAccess>;
  /** Hazards are the findings about what worked in this run and may not go on to. */
  hazards: Array<Finding>;
  /** Headline is the line of the program's output that names its error; empty where it said nothing. */
  headline: string;
  /** Hidden are variables of the project that the host does not show to programs there; see Baked. */
  hidden: Array<string>;
  host: string;
  /** Interrupted is the signal that this process got while the subject ran, such as SIGINT: the run was cut off, and shows what it did until then. */
  interrupted?: string;
  /** endpoint, sandbox or container */
  isolation: string;
  /** Ledger has a row for each place that hands out credentials. */
  ledger: Array<Row>;
  /** Limits is, with Blind, what the isolation cannot hold, each in one sentence. */
  limits: Array<string>;
  /** Listening are the TCP ports at which the subject listened when it was ended from outside. Under container isolation they are not seen. */
  listening: Array<number>;
  /** Lookups are the requests to the host's own credential endpoints. */
  lookups: Array<Lookup>;
  /** Met is what came of the bounds that the subject met: of processes, memory, disk and output. What the sandbox did not hold is here, too. */
  met: Array<Met>;
  /** embedded or container */
  mock: string;
  /** NameFailures are the lookups of names that failed on purpose. */
  nameFailures: Array<NameFailure>;
  /** OK says that nothing is wrong: the program ended well, no AWS call was refused, and there are no problems. Hazards do not count. */
  ok: boolean;
  /** Port is where a served subject was called; 0 for one that is no server. */
  port?: number;
  /** Probes are lookups of credentials at places that the host does not have. */
  probes: Array<Probe>;
  /** Problems are the findings about what failed. */
  problems: Array<Finding>;
  /** Refused is what else the subject tried to reach; the sandbox sees it. */
  refused: Array<Attempt>;
  signal?: string;
  /** Stderr is the same of standard error. */
  stderr: string;
  /** Stdout is the end of what the program printed to standard output, at most 1 MiB, with its secrets replaced by the names of their variables. */
  stdout: string;
  /** Stopped says that the subject was a server, and ran until its caller stopped it (Serve); ExitCode is then 0. */
  stopped?: boolean;
  subject: string;
  /** Text is the result for a person, as hostproof run prints it, with the last lines that the program printed. */
  text: string;
  timedOut?: boolean;
  tlsFailures: Array<TLSFailure>;
  /** Traces say where each part of a call's credentials came from. There is one for each exchange that carried credentials. */
  traces: Array<Trace>;
  /** Unrecorded counts further refusals that the kernel had no room to report. */
  unrecorded?: number;
  /** Unstruck are the faults of the deployment that have not struck, in this run or before. */
  unstruck: Array<UnstruckFault>;
  /** Version is the version of this form. */
  version: 1;
  /** Visits are the requests to a served subject, in order. */
  visits: Array<Visit>;
  /** it is not the sandbox */
  why?: string;
}

/** Row says of one place that hands out credentials whether the subject asked for it, with which answers, and which calls used what it gave. */
export interface Row {
  asked: Asked;
  /** Issued are the credentials that it has handed out, in order: their time is what tells why a program works for a while. */
  issued: Array<Issue>;
  /** Offer is the place, as the host's fixture or the project declares it. Its Kind is empty for a place that the host does not have and the subject asked. */
  offer: Offer;
  /** Principal is whose credentials it hands out: an ARN; empty where that is not known before they are used. */
  principal?: Principal;
  /** Sort says what the row is about; empty for a place that hands out credentials. */
  sort?: string;
  /** There says that the host has the place, and that the environment leads to it. */
  there: boolean;
  /** TokenOnly are the calls that used its session token with another key. */
  tokenOnly: Array<number>;
  /** Used are the AWS calls that were made with what it gave, by the numbers of their exchanges. */
  used: Array<number>;
}

/** TLSFailure is a TLS connection that came to nothing, most often because the subject does not trust the run's CA. */
export interface TLSFailure {
  count: number;
  name: string;
  /** of the handshake, as crypto/tls says it, or NoRequest */
  problem: string;
}

/** Trace says which Source each part of one request's credentials came from. */
export interface Trace {
  bearer: Part;
  /** Endpoint is where the call went. */
  endpoint: Part;
  /** IdentityToken is the OpenID Connect token of a call that takes one. */
  identityToken: Part;
  keyId: Part;
  region: Part;
  secret: Part;
  /** of the exchange */
  seq: number;
  token: Part;
}

/** UnstruckFault is a fault that was planned and has not struck: whatever a run shows, it does not show how that fault ended. */
export interface UnstruckFault {
  /** Call that it strikes: "bedrock:Converse", "sts:*", "*". */
  call?: string;
  /** Code of KindStatus for a call: the error code of the service ("ServiceUnavailable"). Empty is the one that the service has for that status. */
  code?: string;
  /** Delay of KindSlow and KindStale. */
  delayNs?: number;
  /** of the host, for a fault of one */
  endpoint?: string;
  kind: string;
  /** Method of requests to an endpoint, "PUT"; empty for any. */
  method?: string;
  /** Name that is looked up: "sts.us-east-1.amazonaws.com", "*.amazonaws.com". */
  name?: string;
  /** Path of requests to an endpoint; at the end, "*" stands for anything. Empty is any path. */
  path?: string;
  /** Status of KindStatus, 400 to 599. */
  status?: number;
  /** Struck is how many times it has come already. */
  struck: number;
  /** Times is how many requests it strikes; at least 1. */
  times: number;
}

/** Variable is one environment variable of a subject. */
export interface Variable {
  name: string;
  /** Overrides is who would have set it, had a later one not won. */
  overrides?: string;
  /** Provenance says how it is known that the host sets it. */
  provenance?: Provenance;
  setBy: string;
}

/** Verdict is what was decided about one request. */
export interface Verdict {
  accepted: boolean;
  /** Principal is the ARN behind the credentials; "anonymous" for an operation that takes no signature; empty where the caller was never identified. A request refused by authorization has a principal. */
  principal?: Principal;
  /** Refusal says why the request was refused; nil when it was accepted. */
  refusal?: Refusal;
}

/** Visit is one request to a served subject, and what it answered. */
export interface Visit {
  /** Answer is the beginning of the answer's body as a text, without secrets, at most 2,000 characters. */
  answer?: string;
  /** Calls are the AWS calls that were made while it was answered, by the numbers of their exchanges. Of requests at the same time each has the calls of all. */
  calls: Array<number>;
  /** until the end of the body, as far as it was read */
  durationNs: number;
  method: string;
  /** with the query */
  path: string;
  /** Problem says why there was no answer, or why its body broke off. */
  problem?: string;
  /** Status is the HTTP status of the answer; 0 if there was none. */
  status: number;
  time: string;
}

/** WebIdentity is whom a verified OpenID Connect token stands for. */
export interface WebIdentity {
  /** of the role that is asked for */
  account: string;
  audience: Array<string>;
  issuer: string;
  /** ARN of the account's OIDC provider */
  provider: string;
  subject: string;
}
