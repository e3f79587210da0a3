import { describe, expect, it } from 'vitest';
import { isShouted, partsOf, readTyped, type Typed } from '../../src/credit/name.ts';
import { faces } from '../../src/credit/typefaces.ts';
import { adoptionBody } from '../support/adoptions.ts';

const typed = (changes: Partial<Typed> = {}): Typed => ({
  name: 'Zoë Ångström',
  latin: '',
  licence: '',
  jurisdiction: '',
  profession: '',
  ...changes,
});
const read = (changes: Partial<Typed>, asks: 'no' | 'may' | 'must' = 'may') =>
  readTyped(
    typed(changes),
    adoptionBody({ asks: { licence: asks, jurisdiction: asks, profession: asks } }),
    faces,
  );

describe('a name', () => {
  it.each([
    'José Álvarez',
    'Sukarno',
    'Kalanianaʻole Keawe',
    "Seán O'Neil",
    'Ludwig van der Berg, Jr., PhD',
    'Anne-Marie Nguyễn',
    'MARIA LOPEZ',
    'Łukasz Żółć',
    'x'.repeat(120),
  ])('%s is printed as it was written', (name) => {
    expect(read({ name }).legalName).toBe(name);
  });

  it('in decomposed form is the same name', () => {
    expect(read({ name: 'Jose\u0301 ' }).legalName).toBe('José');
  });

  it.each([
    ['', /write the name/],
    ['   ', /write the name/],
    ['A', /2 to 120/],
    ['x'.repeat(121), /2 to 120/],
    ['12345', /letters/],
    ['— ·', /letters/],
    ['Ana\nLopez', /one line/],
    ['Ana \u202eLopez', /nobody sees/],
    ['Ana\u2066 Lopez', /nobody sees/],
    ['ana@example.org', /address/],
    ['www.ana.example', /address/],
    ['https://ana.example', /address/],
  ])('%j is refused', (name, message) => {
    expect(() => read({ name })).toThrow(message);
  });

  it('in another script asks for the spelling of the license', () => {
    expect(() => read({ name: '山田 太郎' })).toThrow(/Latin letters, too/);
    expect(() => read({ name: 'Δέσποινα Ιωάννου' })).toThrow(/Latin letters, too/);
    expect(() => read({ name: '王小明', latin: '王明' })).toThrow(/in Latin letters/);
    expect(read({ name: '王小明', latin: 'Wang Xiaoming' })).toMatchObject({
      legalName: '王小明',
      latinName: 'Wang Xiaoming',
    });
    // A Latin name needs none, and keeps none.
    expect(read({ latin: 'Zoe Angstrom' }).latinName).toBeNull();
  });

  it('with a letter that no font of ours has is refused, naming the letter', () => {
    expect(() => read({ name: 'Ana 𠮷田' })).toThrow(/𠮷/);
    expect(() => read({ name: 'Kɔfi Ɓello' })).toThrow(/Ɓ/);
  });

  it('in capitals is asked about; initials and other scripts are not', () => {
    expect(['MARIA LOPEZ', 'JD Li', 'Maria LOPEZ', '王小明'].map(isShouted)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('and each long part of it must not stand in a reason', () => {
    expect(partsOf(['Anne-Marie de Vries', null])).toEqual([
      'Anne-Marie de Vries',
      'Anne',
      'Marie',
      'Vries',
    ]);
  });
});

describe('a license', () => {
  it('is kept where it is given, and left out where nothing is', () => {
    expect(read({ licence: ' C-1234/5 ', jurisdiction: 'Oregon' }).licences).toEqual([
      { number: 'C-1234/5', jurisdiction: 'Oregon', profession: '' },
    ]);
    expect(read({}).licences).toEqual([]);
  });

  it('is not asked for, and not kept, where the provider wants none', () => {
    expect(read({ licence: 'C1', jurisdiction: 'Oregon' }, 'no').licences).toEqual([]);
  });

  it.each(['licence', 'jurisdiction', 'profession'] as const)(
    'must have its %s where it must',
    (field) => {
      const all = { licence: 'C1', jurisdiction: 'Oregon', profession: 'Counselor' };
      expect(() => read({ ...all, [field]: '' }, 'must')).toThrowError(
        expect.objectContaining({ field }),
      );
    },
  );

  it.each([
    [{ licence: 'C1=2' }],
    [{ licence: '=HYPERLINK("x")' }],
    [{ licence: 'C'.repeat(41) }],
    [{ licence: 'C1\nC2' }],
    [{ jurisdiction: 'Atlantis' }],
    [{ profession: 'x'.repeat(81) }],
    [{ profession: 'Couns\u202eelor' }],
    [{ profession: 'Counselor 𠮷' }],
  ])('%j is refused', (changes) => {
    expect(() => read(changes)).toThrow();
  });
});
