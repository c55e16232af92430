/// <reference types="node" />
import type { Exchange, Project, Result } from './schema';

export * from './schema';

/** What became of a run of a program on a host. */
export interface Run extends Result {
  /** The exchanges of a call ("s3:GetObject"), of a service ("s3:*") or of an IAM action; all of them without a name. */
  calls(name?: string): Exchange[];
  /** The result for a person. */
  toString(): string;
}
export const Run: { prototype: Run };

/** The run of a handler. */
export interface Invocation extends Run {
  /** What the handler answered; undefined where it failed. */
  answer?: unknown;
}

export interface ProgramOptions {
  /** The folder that the program runs in; by default that of this process. */
  cwd?: string;
  /** What the program reads from standard input. */
  stdin?: string;
}

export interface ServerOptions extends ProgramOptions {
  /** The port at which the program listens. */
  port: number;
}

/** A program's place on a simulated host, until close. */
export interface Host extends AsyncDisposable {
  readonly name: string;
  /** What runs cannot show on this machine; empty where they show all. */
  readonly notice: string;
  /** The ARNs of the project's users by their names. */
  readonly users: Record<string, string>;
  /** Runs a program to its end. One that fails is no error: its run says so. */
  run(command: string, args?: string[], options?: ProgramOptions): Promise<Run>;
  /** Starts a server and returns at once; fetch waits until it listens. */
  serve(command: string[], options: ServerOptions): Promise<Server>;
  /** Calls a handler ("app.handler" in app.mjs or app.js) with an event, in a process of its own. */
  invoke(handler: string, event?: unknown, options?: Omit<ProgramOptions, 'stdin'>): Promise<Invocation>;
  /** Ends the deployment. */
  close(): Promise<void>;
}
export const Host: { prototype: Host };

/** A program that runs until stop. */
export interface Server extends AsyncDisposable {
  /** Where programs of this machine, such as a browser, call the server as a visitor would. */
  readonly url: string;
  /** Calls a path of the server as a visitor would, with the headers that the platform adds. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Stops the server; its run has each visit. */
  stop(): Promise<Run>;
}
export const Server: { prototype: Server };

/** The environment of a host in this process, until close. */
export interface HostEnvironment extends AsyncDisposable {
  readonly variables: Record<string, string>;
  /** What the platform adds to each request, such as x-vercel-oidc-token. */
  readonly requestHeaders: Record<string, string>;
  /** The AWS calls so far, of clients that read AWS_ENDPOINT_URL. */
  calls(): Promise<Exchange[]>;
  /** Gives this process its own environment back, and ends the deployment. */
  close(): Promise<void>;
}
export const HostEnvironment: { prototype: HostEnvironment };

/** What hostproof says is wrong: a setting, a host that does not exist, or its own failure. */
export class HostproofError extends Error {
  /** The code of the protocol; -32602 is a wrong parameter or setting. */
  readonly code?: number;
}

/** Deploys a project to a host; `npx hostproof hosts` lists them. `allow` is for whoever the program may be: the project's user and
 * each role of the host. */
export function deploy(host: string, project?: Project): Promise<Host>;

/** Gives this process the environment of a host, until close; for clients that read AWS_ENDPOINT_URL. */
export function hostEnv(host: string, project?: Omit<Project, 'isolation'>): Promise<HostEnvironment>;

/** A name ("app", "user/app", "role/app-task"), an ARN, or a pattern for the ARN. */
export type PrincipalName = string | RegExp;

/** Matchers for Vitest and Jest; `hostproof/vitest` and `hostproof/jest` add them. */
export interface HostproofMatchers<R = unknown> {
  /** Every AWS call, or every one of a name ("s3:ListBuckets", "s3:*"), was accepted as a principal. */
  toBeAcceptedAs(principal: PrincipalName, call?: string): R;
  /** An AWS call was refused, for a reason ("unknown-key") or with AWS's error code if one is given. */
  toBeRefused(reason?: string, call?: string): R;
  /** The program ended well, no call was refused, and nothing is to be mended. */
  toHaveNoProblems(): R;
  /** A call was signed with parts of two credentials. */
  toMixCredentials(): R;
}
export const matchers: Record<keyof HostproofMatchers,
  (run: Run, ...args: any[]) => { pass: boolean; message: () => string }>;

/** Assertions for node:test: they throw an AssertionError whose message is the diagnosis. */
export function assertAcceptedAs(run: Run, principal: PrincipalName, call?: string): void;
export function assertRefused(run: Run, reason?: string, call?: string): void;
export function assertNoProblems(run: Run): void;
export function assertMixesCredentials(run: Run): void;
