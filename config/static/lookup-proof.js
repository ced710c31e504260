/* Solves the work that the look-up asks of a browser after too many questions, then asks again.
   SHA-256 is written out here: the browser's own is called once for each number, which takes ten times as long, and
   it is missing where the page comes without TLS. */
(function () {
  "use strict";

  var K = new Uint32Array([
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
  ]);
  var W = new Uint32Array(64);

  function turn(x, n) { return (x >>> n) | (x << (32 - n)); }

  /* The first four bytes of the digest of a short text: it fits one block. */
  function firstWord(text) {
    var i, bytes = text.length;
    for (i = 0; i < 16; i++) { W[i] = 0; }
    for (i = 0; i < bytes; i++) { W[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3)); }
    W[bytes >> 2] |= 0x80 << (24 - 8 * (bytes & 3));
    W[15] = bytes * 8;
    for (i = 16; i < 64; i++) {
      var p = W[i - 15], q = W[i - 2];
      W[i] = W[i - 16] + (turn(p, 7) ^ turn(p, 18) ^ (p >>> 3)) + W[i - 7] + (turn(q, 17) ^ turn(q, 19) ^ (q >>> 10));
    }
    var a = 0x6a09e667, b = 0xbb67ae85, c = 0x3c6ef372, d = 0xa54ff53a,
      e = 0x510e527f, f = 0x9b05688c, g = 0x1f83d9ab, h = 0x5be0cd19;
    for (i = 0; i < 64; i++) {
      var s = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      var t = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + s) | 0; d = c; c = b; b = a; a = (s + t) | 0;
    }
    return (a + 0x6a09e667) >>> 0;
  }

  var place = document.getElementById("proof");
  if (!place) { return; }
  var status = place.querySelector("[role=status]");
  var button = place.querySelector("button");
  var nonce = place.dataset.nonce, bits = Number(place.dataset.bits), number = 0;

  function done() {
    document.cookie = "lookup_proof=" + place.dataset.token + "." + number + "; path=/; max-age=60; samesite=strict" +
      (location.protocol === "https:" ? "; secure" : "");
    if (document.cookie.indexOf("lookup_proof=") < 0) {
      status.textContent = place.dataset.failed;
      return;
    }
    status.textContent = place.dataset.done;
    location.reload();
  }

  /* In portions, so that the page stays alive. */
  function work() {
    var ends = Date.now() + 40;
    do {
      for (var i = 0; i < 256; i++, number++) {
        if (firstWord(nonce + "." + number) >>> (32 - bits) === 0) { done(); return; }
      }
    } while (Date.now() < ends);
    setTimeout(work, 0);
  }

  function begin() {
    button.hidden = true;
    status.textContent = place.dataset.working;
    setTimeout(work, 0);
  }

  place.hidden = false;
  button.addEventListener("click", begin);
  if (place.dataset.again !== "yes") { begin(); }
})();
