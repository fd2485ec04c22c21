import { describe, expect, test } from 'vitest';
import { routeOf } from '../src/http/route.ts';

describe('the route of a request', () => {
  test.each([
    ['its own pattern', { baseUrl: '', route: { path: '/users/:id' } }, '/users/:id'],
    ['the mount in front of it', { baseUrl: '/api/v1', route: { path: '/ask' } }, '/api/v1/ask'],
    ['no slash at the end of a mounted root', { baseUrl: '/api', route: { path: '/' } }, '/api'],
    ['the root', { baseUrl: '', route: { path: '/' } }, '/'],
    [
      'a regular expression as it is written',
      { baseUrl: '', route: { path: /^\/v\d/ } },
      String.raw`/^\/v\d/`,
    ],
    ['a number in a mount', { baseUrl: '/users/4711', route: { path: '/ask' } }, '/users/:value/ask'],
    [
      'an address in a mount',
      { baseUrl: '/users/a@b.example', route: { path: '/ask' } },
      '/users/:value/ask',
    ],
    [
      'a long id in a mount',
      { baseUrl: `/files/${'x'.repeat(40)}`, route: { path: '/ask' } },
      '/files/:value/ask',
    ],
  ])('has %s', (_what, request, route) => {
    expect(routeOf(request)).toBe(route);
  });

  test.each([
    ['before a router has found it', {}],
    ['where nothing matched', { route: undefined }],
    ['of another framework', { route: null }],
  ])('is unknown %s', (_when, request) => {
    expect(routeOf(request)).toBeUndefined();
  });
});
