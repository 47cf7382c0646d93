export default function PathPage() {
  return null;
}
