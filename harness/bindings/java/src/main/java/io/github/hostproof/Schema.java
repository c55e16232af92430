// Made from the JSON Schemas by go generate ./harness/contract.
package io.github.hostproof;

import java.util.List;
import java.util.Map;

/** What a result is made of, by the names of its JSON Schema. What is absent is null, 0 or false. */
public final class Schema {
  private Schema() {}

  /**
   * Asked is what was seen of a subject asking for credentials.
   *
   * @param answers Answers are what was answered, each once, in order.
   * @param seen Seen says that asking would have been noticed. It is not where the place is a variable or a file.
   * @param versions Versions are the versions of the protocol that it was asked in, each once, where there are several:
   * "1" and "2" of instance metadata.
   */
  public record Asked(
      List<String> answers,
      long count,
      String first,
      String last,
      boolean seen,
      List<String> versions) {}

  /**
   * Attempt is something the subject tried to reach and could not.
   *
   * @param addr Addr is the address. Where there is a Name it is the sandbox's own, made up for that name.
   * @param name Name is the host name that the subject looked up; empty if it used the address itself.
   * @param network Network is "tcp", "udp", "icmp" (a ping), "ip:" and a protocol number, or "dns" for a name that was
   * looked up and then not called.
   * @param time of the first
   */
  public record Attempt(
      String addr,
      long count,
      String name,
      String network,
      long port,
      String time) {}

  /**
   * Exchange is one request and its response as the mock saw them. It holds no secret: tokens and keys are described by
   * length, prefix and fingerprint.
   *
   * @param able Able are the ARNs of the users and roles of the account that may make the call, where the caller may
   * not: whose credentials would have done.
   * @param aborted Aborted: the client went away, or a fault kept the answer from it.
   * @param action what IAM was asked: "bedrock:InvokeModel"
   * @param call "bedrock:Converse"; "unknown" when not identified
   * @param canonical Canonical is the canonical request, tokens redacted, where the signature is right and the
   * credentials were refused all the same.
   * @param code the AWS error code that was sent
   * @param confidence Confidence and Source say how sure it is that AWS answers so: V verified, L likely, U unverified.
   * @param explanation Explanation is there when the signature did not match.
   * @param fault Fault struck the call on purpose.
   * @param issued Issued is the key id of the credentials that the call was answered with.
   * @param issuedUntil IssuedUntil is when they end.
   * @param message and its message
   * @param operation "Converse"
   * @param path as sent
   * @param region from the hostname, else from the credential scope
   * @param seq from 1, without gaps
   * @param service "Bedrock Runtime"
   * @param time on the mock's clock
   */
  public record Exchange(
      List<String> able,
      String aborted,
      String action,
      String bodySha256,
      long bodySize,
      String call,
      String canonical,
      String code,
      String confidence,
      long durationNs,
      Explanation explanation,
      Fault fault,
      Map<String, List<String>> header,
      String host,
      String issued,
      String issuedUntil,
      String message,
      String method,
      String operation,
      String path,
      Presented presented,
      String proto,
      String query,
      String region,
      String remoteAddr,
      String requestId,
      String resource,
      long responseSize,
      long seq,
      String service,
      String source,
      long status,
      String time,
      boolean tls,
      Verdict verdict) {}

  /**
   * Explanation shows a signature mismatch: what the mock signed, and where the client probably differed. Tokens in it
   * are redacted.
   *
   * @param line Line (from 1), Ours and Theirs are the first line of the canonical request that differs, where the
   * mistake was recognised.
   * @param mistake Mistake says in a sentence what the client probably did.
   */
  public record Explanation(
      String canonicalRequest,
      long line,
      String mistake,
      String name,
      String ours,
      String stringToSign,
      String theirs) {}

  /**
   * Fault is a misbehaviour of the next requests that match. Make one with a constructor such as Throttle, and say with
   * On, At or Of which requests.
   *
   * @param call Call that it strikes: "bedrock:Converse", "sts:*", "*".
   * @param code Code of KindStatus for a call: the error code of the service ("ServiceUnavailable"). Empty is the one
   * that the service has for that status.
   * @param delayNs Delay of KindSlow and KindStale.
   * @param method Method of requests to an endpoint, "PUT"; empty for any.
   * @param name Name that is looked up: "sts.us-east-1.amazonaws.com", "*.amazonaws.com".
   * @param path Path of requests to an endpoint; at the end, "*" stands for anything. Empty is any path.
   * @param status Status of KindStatus, 400 to 599.
   * @param times Times is how many requests it strikes; at least 1.
   */
  public record Fault(
      String call,
      String code,
      long delayNs,
      String kind,
      String method,
      String name,
      String path,
      long status,
      long times) {}

  /**
   * FileAccess says of a file of the host whether the subject opened it. Opens are seen by inotify, which takes no
   * privilege; a path that is looked for and not there is not seen by it.
   *
   * @param count Count is the least number of opens: the kernel may count several that follow one another as one.
   * @param declared where the host has it: "~/.aws/config"
   * @param path where the subject finds it
   * @param program Program says that the file can be run: to open it is to start it.
   * @param seen Seen says that an open would have been noticed.
   */
  public record FileAccess(
      long count,
      String declared,
      String first,
      String last,
      String path,
      boolean program,
      boolean seen) {}

  /**
   * Finding is one thing that is wrong, or will be.
   *
   * @param also Also are further calls of which the same is to be said.
   * @param hazard Hazard: nothing failed by it in this run.
   * @param library Library made the call, as far as its User-Agent tells; Change speaks of it.
   * @param seq of the exchange, 0 for the run as a whole
   * @param source Source is where the rule is documented, publicly; Confidence how sure it is: V verified, L likely, U
   * unverified.
   * @param variables Variables are the ones that the finding is about: for mixed credentials the key's and the token's.
   * @param what What happened, in a sentence; why; and what to do about it.
   */
  public record Finding(
      List<Long> also,
      String change,
      String confidence,
      boolean hazard,
      String kind,
      String library,
      long seq,
      String source,
      List<String> variables,
      String what,
      String why) {}

  /**
   * Issue is one set of credentials that a place has handed out.
   *
   * @param end End is when it ends; zero where that is not known, or never.
   * @param first First and Last are when it was handed out; Count is how often.
   * @param superseded Superseded are the ones that were made with it after the place had handed out another: a copy,
   * which nothing renews.
   * @param used Used are the calls made with it, and Late the ones among them that were made after its end.
   */
  public record Issue(
      long count,
      String end,
      String first,
      String keyId,
      String last,
      List<Long> late,
      List<Long> superseded,
      List<Long> used) {}

  /**
   * Lookup is one request to an endpoint and what became of it. It never holds a secret: of credentials, it names the
   * key id.
   *
   * @param behaviour Behaviour names the row of Behaviours that decided; empty for a fault that came before.
   * @param endpoint Settings.Name
   * @param fault Fault struck the answer, on purpose.
   * @param keyId KeyID is the access key id of the credentials returned.
   * @param note Note explains the answer to the person who debugs it.
   * @param path without the query
   * @param status 0: no answer at all
   * @param version Version is the protocol version that the request speaks, where the kind of endpoint has several: "1"
   * or "2" for instance metadata.
   */
  public record Lookup(
      String behaviour,
      String confidence,
      String endpoint,
      String fault,
      String host,
      String keyId,
      String method,
      String note,
      String path,
      long status,
      String time,
      String version) {}

  /**
   * Met is a bound that was met.
   *
   * @param ended Ended says that the subject was ended by it.
   * @param text Text says it in a sentence without a full stop.
   */
  public record Met(
      String bound,
      boolean ended,
      String text) {}

  /**
   * NameFailure is the lookup of a name that failed on purpose.
   *
   */
  public record NameFailure(
      Fault fault,
      String name,
      String time) {}

  /**
   * Offer is a place on a host that hands out credentials, or a token to get some for. It is derived from what the
   * fixture declares.
   *
   * @param ended Ended says that the credentials have ended before the program starts.
   * @param endpoint Endpoint, Session and Issuer name what the fixture declares; one of them is set, unless Platform
   * is.
   * @param machine Machine says that the credentials belong to the machine, and every program on it gets the same.
   * @param name Name is what a person calls it: "EC2 instance metadata", "session compute".
   * @param platform Platform says that the credentials are the host's own and carry no permission.
   * @param program Program says that the file is a program that prints credentials.
   * @param role Role is the fixture's name of the role behind it, User says that it is the project's user instead.
   * @param variables Variables, Files, Addresses and Headers are how a program finds it: names of variables, paths,
   * host:port, and names of request headers.
   */
  public record Offer(
      List<String> addresses,
      boolean ended,
      String endpoint,
      List<String> files,
      List<String> headers,
      String issuer,
      String kind,
      boolean machine,
      String name,
      boolean platform,
      boolean program,
      String role,
      String session,
      boolean user,
      List<String> variables) {}

  /**
   * Opaque describes a secret string without showing it.
   *
   * @param fingerprint see Fingerprint
   * @param prefix at most 8 characters and a third of it
   */
  public record Opaque(
      String fingerprint,
      long length,
      String prefix) {}

  /**
   * Part is one part of a request's credentials.
   *
   * @param alike Alike says that the variables hold the same value, and that this does not tell whether the program
   * read them: it is a common word, such as a region.
   * @param derived Derived says how the value was made from the value of the variables or the file, where it is not the
   * same: "the white space around it removed".
   * @param endpoint Endpoint handed the part out, where no variable holds it.
   * @param file File holds it, too or alone.
   * @param header Header of the request that the subject answers has it.
   * @param owner Owner is the principal that the part belongs to, as the mock knows it.
   * @param setBy who set the first of them
   * @param shown Shown is the value as it may be printed: a key id, a region, or a description of a secret.
   * @param variables Variables hold exactly this value, unless Derived is set; more than one where the same value
   * stands under several names.
   */
  public record Part(
      boolean alike,
      String derived,
      String endpoint,
      String file,
      String header,
      Principal owner,
      String setBy,
      String shown,
      List<String> variables) {}

  /**
   * Presented describes the credentials as the request carried them.
   *
   * @param identityToken IdentityToken describes an OpenID Connect token, verified or not, and WebIdentity is whom a
   * verified one stands for.
   * @param keyOwner KeyOwner is whose key it is, when the mock knows it.
   * @param notKeyId NotKeyID describes what stands in the key id's place and may be a secret; KeyID is then empty.
   * @param scheme Scheme is "sigv4", "sigv4-query", "sigv4a", "sigv2", "sigv2-query", "sigv4-form", "sigv2-form",
   * "bearer", "web-identity", "password" or "none".
   * @param secretOf SecretOf names the key whose secret made the signature: the presented key when all is well, another
   * one when secrets were mixed up, "" when no known secret made it. It is found out for refused requests too.
   * @param tokenOwner TokenOwner is whose token it is, when the mock issued it: a principal's ARN.
   */
  public record Presented(
      Opaque bearer,
      Opaque identityToken,
      String keyId,
      Principal keyOwner,
      Opaque notKeyId,
      String scheme,
      String scopeDate,
      String scopeRegion,
      String scopeService,
      String secretOf,
      List<String> signedHeaders,
      Opaque token,
      String tokenKeyId,
      Principal tokenOwner,
      WebIdentity webIdentity) {}

  /**
   * Principal is who is behind credentials.
   *
   * @param account Account is the number of the AWS account.
   * @param arn ARN is empty for one that has no ARN.
   * @param kind Kind is "user", "role", "session", "federated user", "root", "anonymous", "web identity", or "other". A
   * session is one of an assumed role.
   * @param name Name is the name of the user or of the role, without its path.
   * @param session Session is the name of the session.
   * @param text Text is the principal in one word or ARN, as the text of a result has it.
   */
  public record Principal(
      String account,
      String arn,
      String kind,
      String name,
      String session,
      String text) {}

  /**
   * Probe is an attempt of a subject to get credentials where its host has none.
   *
   * @param target "instance metadata"
   */
  public record Probe(
      String method,
      String path,
      String target,
      String time) {}

  /**
   * Provenance says how a fact is known, and until when that is good enough.
   *
   * @param checked Checked is the day on which somebody last read the source, YYYY-MM-DD. Where no such day is known,
   * Entered is the day on which the fact was written down.
   * @param confidence V verified, L likely, U unverified
   * @param from documented, observed or inferred
   * @param reviewBy ReviewBy is the last day on which the fact may stand unread, YYYY-MM-DD, and Because why that day
   * is another than [Provenance.Due] would say.
   * @param source an https address or owner/repository#number
   */
  public record Provenance(
      String because,
      String checked,
      String confidence,
      String entered,
      String from,
      String note,
      String reviewBy,
      String source) {}

  /**
   * Refusal says at which stage and for which reason a request was refused.
   *
   * @param cause Cause says more, in the one struct that the reason has; nil where nothing more is known. In JSON it is
   * the object "cause", with the names of the struct's tags; the journal's records keep it apart.
   * @param detail Detail explains the refusal to the person who debugs it. It never goes on the wire.
   */
  public record Refusal(
      Map<String, Object> cause,
      String detail,
      String reason,
      String stage) {}

  /**
   * Result is what became of one run of a program on a host.
   *
   * @param blind Blind is what the isolation cannot know of the subject's calls; empty if it sees all. Where it is set,
   * no exchange does not mean that there was no call.
   * @param exitCode 0 = success; -1 = ended by a signal
   * @param files Files are the host's files, with how often each was opened.
   * @param hazards Hazards are the findings about what worked in this run and may not go on to.
   * @param headline Headline is the line of the program's output that names its error; empty where it said nothing.
   * @param hidden Hidden are variables of the project that the host does not show to programs there; see Baked.
   * @param interrupted Interrupted is the signal that this process got while the subject ran, such as SIGINT: the run
   * was cut off, and shows what it did until then.
   * @param isolation endpoint, sandbox or container
   * @param ledger Ledger has a row for each place that hands out credentials.
   * @param limits Limits is, with Blind, what the isolation cannot hold, each in one sentence.
   * @param listening Listening are the TCP ports at which the subject listened when it was ended from outside. Under
   * container isolation they are not seen.
   * @param lookups Lookups are the requests to the host's own credential endpoints.
   * @param met Met is what came of the bounds that the subject met: of processes, memory, disk and output. What the
   * sandbox did not hold is here, too.
   * @param mock embedded or container
   * @param nameFailures NameFailures are the lookups of names that failed on purpose.
   * @param ok OK says that nothing is wrong: the program ended well, no AWS call was refused, and there are no
   * problems. Hazards do not count.
   * @param port Port is where a served subject was called; 0 for one that is no server.
   * @param probes Probes are lookups of credentials at places that the host does not have.
   * @param problems Problems are the findings about what failed.
   * @param refused Refused is what else the subject tried to reach; the sandbox sees it.
   * @param stderr Stderr is the same of standard error.
   * @param stdout Stdout is the end of what the program printed to standard output, at most 1 MiB, with its secrets
   * replaced by the names of their variables.
   * @param stopped Stopped says that the subject was a server, and ran until its caller stopped it (Serve); ExitCode is
   * then 0.
   * @param text Text is the result for a person, as hostproof run prints it, with the last lines that the program
   * printed.
   * @param traces Traces say where each part of a call's credentials came from. There is one for each exchange that
   * carried credentials.
   * @param unrecorded Unrecorded counts further refusals that the kernel had no room to report.
   * @param unstruck Unstruck are the faults of the deployment that have not struck, in this run or before.
   * @param version Version is the version of this form.
   * @param visits Visits are the requests to a served subject, in order.
   * @param why it is not the sandbox
   */
  public record Result(
      String blind,
      long durationNs,
      List<Variable> environment,
      List<Exchange> exchanges,
      long exitCode,
      List<FileAccess> files,
      List<Finding> hazards,
      String headline,
      List<String> hidden,
      String host,
      String interrupted,
      String isolation,
      List<Row> ledger,
      List<String> limits,
      List<Long> listening,
      List<Lookup> lookups,
      List<Met> met,
      String mock,
      List<NameFailure> nameFailures,
      boolean ok,
      long port,
      List<Probe> probes,
      List<Finding> problems,
      List<Attempt> refused,
      String signal,
      String stderr,
      String stdout,
      boolean stopped,
      String subject,
      String text,
      boolean timedOut,
      List<TLSFailure> tlsFailures,
      List<Trace> traces,
      long unrecorded,
      List<UnstruckFault> unstruck,
      long version,
      List<Visit> visits,
      String why) {}

  /**
   * Row says of one place that hands out credentials whether the subject asked for it, with which answers, and which
   * calls used what it gave.
   *
   * @param issued Issued are the credentials that it has handed out, in order: their time is what tells why a program
   * works for a while.
   * @param offer Offer is the place, as the host's fixture or the project declares it. Its Kind is empty for a place
   * that the host does not have and the subject asked.
   * @param principal Principal is whose credentials it hands out: an ARN; empty where that is not known before they are
   * used.
   * @param sort Sort says what the row is about; empty for a place that hands out credentials.
   * @param there There says that the host has the place, and that the environment leads to it.
   * @param tokenOnly TokenOnly are the calls that used its session token with another key.
   * @param used Used are the AWS calls that were made with what it gave, by the numbers of their exchanges.
   */
  public record Row(
      Asked asked,
      List<Issue> issued,
      Offer offer,
      Principal principal,
      String sort,
      boolean there,
      List<Long> tokenOnly,
      List<Long> used) {}

  /**
   * TLSFailure is a TLS connection that came to nothing, most often because the subject does not trust the run's CA.
   *
   * @param problem of the handshake, as crypto/tls says it, or NoRequest
   */
  public record TLSFailure(
      long count,
      String name,
      String problem) {}

  /**
   * Trace says which Source each part of one request's credentials came from.
   *
   * @param endpoint Endpoint is where the call went.
   * @param identityToken IdentityToken is the OpenID Connect token of a call that takes one.
   * @param seq of the exchange
   */
  public record Trace(
      Part bearer,
      Part endpoint,
      Part identityToken,
      Part keyId,
      Part region,
      Part secret,
      long seq,
      Part token) {}

  /**
   * UnstruckFault is a fault that was planned and has not struck: whatever a run shows, it does not show how that fault
   * ended.
   *
   * @param call Call that it strikes: "bedrock:Converse", "sts:*", "*".
   * @param code Code of KindStatus for a call: the error code of the service ("ServiceUnavailable"). Empty is the one
   * that the service has for that status.
   * @param delayNs Delay of KindSlow and KindStale.
   * @param endpoint of the host, for a fault of one
   * @param method Method of requests to an endpoint, "PUT"; empty for any.
   * @param name Name that is looked up: "sts.us-east-1.amazonaws.com", "*.amazonaws.com".
   * @param path Path of requests to an endpoint; at the end, "*" stands for anything. Empty is any path.
   * @param status Status of KindStatus, 400 to 599.
   * @param struck Struck is how many times it has come already.
   * @param times Times is how many requests it strikes; at least 1.
   */
  public record UnstruckFault(
      String call,
      String code,
      long delayNs,
      String endpoint,
      String kind,
      String method,
      String name,
      String path,
      long status,
      long struck,
      long times) {}

  /**
   * Variable is one environment variable of a subject.
   *
   * @param overrides Overrides is who would have set it, had a later one not won.
   * @param provenance Provenance says how it is known that the host sets it.
   */
  public record Variable(
      String name,
      String overrides,
      Provenance provenance,
      String setBy) {}

  /**
   * Verdict is what was decided about one request.
   *
   * @param principal Principal is the ARN behind the credentials; "anonymous" for an operation that takes no signature;
   * empty where the caller was never identified. A request refused by authorization has a principal.
   * @param refusal Refusal says why the request was refused; nil when it was accepted.
   */
  public record Verdict(
      boolean accepted,
      Principal principal,
      Refusal refusal) {}

  /**
   * Visit is one request to a served subject, and what it answered.
   *
   * @param answer Answer is the beginning of the answer's body as a text, without secrets, at most 2,000 characters.
   * @param calls Calls are the AWS calls that were made while it was answered, by the numbers of their exchanges. Of
   * requests at the same time each has the calls of all.
   * @param durationNs until the end of the body, as far as it was read
   * @param path with the query
   * @param problem Problem says why there was no answer, or why its body broke off.
   * @param status Status is the HTTP status of the answer; 0 if there was none.
   */
  public record Visit(
      String answer,
      List<Long> calls,
      long durationNs,
      String method,
      String path,
      String problem,
      long status,
      String time) {}

  /**
   * WebIdentity is whom a verified OpenID Connect token stands for.
   *
   * @param account of the role that is asked for
   * @param provider ARN of the account's OIDC provider
   */
  public record WebIdentity(
      String account,
      List<String> audience,
      String issuer,
      String provider,
      String subject) {}
}
