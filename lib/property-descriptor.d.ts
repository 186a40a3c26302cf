/** Also allows a descriptor without a prototype, to which a polluted `Object.prototype` adds nothing. */
interface PropertyDescriptor {
  __proto__?: null;
}
