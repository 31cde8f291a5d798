import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CofferError } from '@coffer/core'
import { compileRelocation } from './where.ts'

function place(path: string, relocation: Partial<Parameters<typeof compileRelocation>[0]>): string {
  return compileRelocation({ where: '', ...relocation }).place(path)
}

describe('where', () => {
  it.each([
    ['', '/etc/hosts', '/etc/hosts'],
    ['/', '/etc/hosts', '/etc/hosts'],
    ['/tmp/r', '/etc/hosts', '/tmp/r/etc/hosts'],
    ['/tmp/r//', '/etc/', '/tmp/r/etc/'],
    ['/tmp/r', 'C:/boot.ini', '/tmp/r/C:/boot.ini'],
  ])('"%s" puts %s to %s', (where, path, expected) => {
    expect(place(path, { where })).toBe(expected)
  })

  it('gives way to prefixes and suffixes', () => {
    const move = { where: '/tmp/r', stripPrefix: '/prod', addPrefix: '/test', addSuffix: '.old' }
    expect(place('/prod/a/file', move)).toBe('/test/a/file.old')
    expect(place('/prod/a/', move)).toBe('/test/a/')
    expect(place('/else/file', move)).toBe('/test/else/file.old')
  })

  it('gives way to substitutions', () => {
    expect(place('/prod/a', { where: '/x', regexWhere: '!^/prod!/test!' })).toBe('/test/a')
    expect(place('/a/b', { regexWhere: '!/a/!/b/!,/b$/c/' })).toBe('/b/c')
    expect(place('/PROD/a', { regexWhere: '!/prod!/test!i' })).toBe('/test/a')
    expect(place('/user.ann/x', { regexWhere: ',user\\.([a-z]+),home/$1,' })).toBe('/home/ann/x')
    expect(place('/user.ann/x', { regexWhere: ',user\\.([a-z]+),home/\\1,' })).toBe('/home/ann/x')
    expect(place('/aa', { regexWhere: '!a!b!g' })).toBe('/bb')
    expect(place('/a!b', { regexWhere: '!a\\!b!c$$d!' })).toBe('/c$$d')
  })

  it.each(['x', '!a', '!a!b', '!(!b!', '!a!b!x', '!a!b!!c!d!'])('refuses "%s"', (regexWhere) => {
    expect(() => compileRelocation({ where: '', regexWhere })).toThrow('cannot be used')
  })

  it('takes any text or refuses it properly', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (regexWhere, path) => {
        try {
          expect(place(path, { regexWhere }).startsWith('/')).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(CofferError)
        }
      }),
    )
  })
})
