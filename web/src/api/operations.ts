// SPDX-License-Identifier: Apache-2.0
// What an operation of the API takes and gives, read out of the types that are made of the OpenAPI document.

import type { components, paths as Paths } from './types';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** The addresses that have a method; written without `/api`, as `/v1/status`. */
export type Address<M extends Method> = {
  [P in keyof Paths]: Paths[P] extends { [K in M]: infer Op } ? (Op extends undefined ? never : Short<P>) : never;
}[keyof Paths];

type Short<P> = P extends `/api${infer Rest}` ? Rest : never;
type Operation<A extends string, M extends Method> = `/api${A}` extends infer P extends keyof Paths
  ? Paths[P] extends { [K in M]: infer Op }
    ? Op
    : never
  : never;

type Part<Op, Name extends string> = Op extends { parameters: { [K in Name]?: infer Found } }
  ? Exclude<Found, undefined>
  : never;
export type Query<A extends string, M extends Method> = Part<Operation<A, M>, 'query'>;
export type Body<A extends string, M extends Method> =
  Operation<A, M> extends { requestBody?: infer R }
    ? Exclude<R, undefined> extends { content: { 'application/json': infer B } }
      ? B
      : never
    : never;
export type Answer<A extends string, M extends Method> = Success<Operation<A, M>>;

type Success<Op> = Op extends { responses: infer R } ? Content<R[Extract<keyof R, 200 | 201 | 202>]> : never;
type Content<R> = R extends { content: { 'application/json': infer A } } ? A : undefined;

/** A schema of the document by its name, as in `Schema<'MetricView'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];
