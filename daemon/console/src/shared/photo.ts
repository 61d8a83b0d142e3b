// Photos and papers before they are sent: made small enough, hashed here, with time and place. What the daemon keeps is
// held against the hash, so that nothing changes on the way, and nothing is kept twice.
const kBytesMost = 2 * 1024 * 1024 - 1024; // of one file (plans/addressees/task_answer.hpp)
const kShrinkAbove = 1.5 * 1024 * 1024;
const kEdgeMost = 2000;

export interface Place {
  longitude: number;
  latitude: number;
  datum: 'wgs84';
}
export interface Picked {
  name: string;
  bytes: ArrayBuffer;
  sha256: string;
  takenAt: string; // ISO, of the region: when it was picked, whenever it is sent
  place: Place | null;
}

const kRound = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
  0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
  0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
  0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
  0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
  0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];
const turn = (value: number, by: number): number => (value >>> by) | (value << (32 - by));

// FIPS 180-4. For a page that came over plain HTTP, where the browser gives no crypto.subtle.
function slowSha256(bytes: Uint8Array): Uint8Array {
  const length = (((bytes.length + 8) >> 6) + 1) << 6;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(length - 4, (bytes.length << 3) >>> 0);
  const sum = Uint32Array.of(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);
  const w = new Uint32Array(64);
  for (let from = 0; from < length; from += 64) {
    for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(from + i * 4);
    for (let i = 16; i < 64; i += 1) {
      const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = sum;
    for (let i = 0; i < 64; i += 1) {
      const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + kRound[i] + w[i]) | 0;
      const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => {
      sum[i] += value;
    });
  }
  const digest = new DataView(new ArrayBuffer(32));
  sum.forEach((value, i) => digest.setUint32(i * 4, value));
  return new Uint8Array(digest.buffer);
}
export async function sha256Hex(bytes: ArrayBuffer, isSlow = false): Promise<string> {
  const digest =
    crypto.subtle && !isSlow ? new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)) : slowSha256(new Uint8Array(bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function base64Of(buffer: ArrayBuffer): string {
  const bytes = new Uint8Array(buffer);
  let letters = '';
  for (let at = 0; at < bytes.length; at += 32768) letters += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(letters);
}

// A telephone takes photos of many megabytes; 2,000 pixels show what a check has to show.
async function smaller(file: File): Promise<ArrayBuffer> {
  const image = await createImageBitmap(file);
  const share = Math.min(1, kEdgeMost / Math.max(image.width, image.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(image.width * share);
  canvas.height = Math.round(image.height * share);
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', 0.85);
  });
  if (!blob) throw new Error('the picture cannot be read');
  return blob.arrayBuffer();
}

export const kTooLarge = 'too large';
export async function pick(file: File, place: Place | null, takenAt: string): Promise<Picked> {
  const isPicture = /^image\/(jpeg|png|webp|heic)/.test(file.type);
  const isShrunk = isPicture && (file.size > kShrinkAbove || !/^image\/(jpeg|png)/.test(file.type));
  const bytes = isShrunk ? await smaller(file) : await file.arrayBuffer();
  if (bytes.byteLength > kBytesMost) throw new Error(kTooLarge);
  const name = (isShrunk ? file.name.replace(/\.\w+$/, '') + '.jpg' : file.name).slice(-60);
  return { name, bytes, sha256: await sha256Hex(bytes), takenAt, place };
}

const kPlaceWaitMs = 8000;
// Where the telephone is; nothing where it does not say. A browser speaks of WGS 84.
export function whereAmI(): Promise<Place | null> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({ longitude: Number(coords.longitude.toFixed(6)), latitude: Number(coords.latitude.toFixed(6)), datum: 'wgs84' }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: kPlaceWaitMs, maximumAge: 60000 },
    );
    return undefined;
  });
}
