/** A descriptor without a prototype is one too: whatever pollutes `Object.prototype` is no part of it. */
interface PropertyDescriptor {
  __proto__?: null;
}
