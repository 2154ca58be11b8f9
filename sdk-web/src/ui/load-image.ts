/** So long (ms) something waits for its image; after that it is shown without. */
const PATIENCE = 3_000;

/** An image that can be shown at once, so that nothing moves when it comes or fails; undefined where it does not come. */
export function loadImage({ url, alt }: { url: string; alt: string }): Promise<HTMLImageElement | undefined> {
  const image = new Image();
  image.alt = alt;
  image.decoding = "async";
  image.referrerPolicy = "no-referrer";
  image.src = url;
  return Promise.race([
    image.decode().then(
      () => image,
      () => undefined,
    ),
    new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE)),
  ]);
}
