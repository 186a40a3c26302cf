/** A descriptor without a prototype is one too: whatever pollutes `Object.prototype` is not part of it. */
interface PropertyDescriptor {
  __proto__?: null;
}
