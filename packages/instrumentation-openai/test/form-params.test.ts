import { describe, expect, test } from 'vitest';
import { paramsOf } from '../src/form-params.ts';

function form(): FormData {
  const fields = new FormData();
  fields.append('model', 'gpt-image-1');
  fields.append('n', '2');
  fields.append('image', new File(['bytes'], 'picture.png'));
  return fields;
}

describe('parameters of a request', () => {
  test('are the very object that the app gave, where it is none of the platform', () => {
    const body = { model: 'm' };
    expect(paramsOf(body, 'noted')).toBe(body);
    expect(paramsOf('{"model":"m"}', 'noted')).toBe('{"model":"m"}');
    expect(paramsOf(undefined, 'noted')).toBeUndefined();
    expect(paramsOf(null, 'noted')).toBeNull();
  });

  test('are the texts of a form, and never its files', () => {
    expect(paramsOf(form(), undefined)).toEqual({ model: 'gpt-image-1', n: '2' });
  });

  test('are found in the form that openai 4 holds on the web', () => {
    const body = { body: form(), [Symbol.toStringTag]: 'MultipartBody' };
    expect(paramsOf(body, undefined)).toEqual({ model: 'gpt-image-1', n: '2' });
  });

  test('of a body that is made while it is sent are what the client noted, and the body is left unread', async () => {
    const stream = new Response('bytes').body;
    expect(paramsOf(stream, 'whisper-1')).toEqual({ model: 'whisper-1' });
    expect(stream?.locked).toBe(false);
    expect(await new Response(stream).text()).toBe('bytes');
  });

  test('of a form with more fields than any request has are cut', () => {
    const fields = new FormData();
    for (let at = 0; at < 5000; at++) fields.append(`field-${at}`, 'text');
    expect(Object.keys(paramsOf(fields, undefined) as object)).toHaveLength(201);
  });
});
