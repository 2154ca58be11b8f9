import { useClient, useFlag, useFlagDetails, usePrompt, useSegment } from "@muster/web/react";
import { useState } from "react";
import { STORIES, type Story } from "./stories.ts";

/** The journal, for the user who is logged in. On a server and in the browser it is the same component. */
export function App({ user }: { user: string }) {
  const layout = useFlag("journal-layout", "list");
  const isReader = useSegment("reader");
  return (
    <>
      <header className="top">
        <span className="logo">Dusk Journal</span>
        <span className="user">
          {isReader && <span className="badge">Reader</span>} {user}
        </span>
      </header>
      <main>
        <h1>Notes on small light</h1>
        <p className="lead">Four stories. Read two of them, and see what becomes of you.</p>
        <ul className={`stories ${layout}`}>
          {STORIES.map((story) => (
            <StoryItem key={story.id} story={story} />
          ))}
        </ul>
        <Why />
      </main>
      <Letter />
    </>
  );
}

function StoryItem({ story }: { story: Story }) {
  const client = useClient();
  const [isOpen, setOpen] = useState(false);
  const read = () => {
    setOpen(true);
    void client?.track("story_read", { story: story.id });
  };
  return (
    <li className="story">
      <h2>{story.title}</h2>
      {isOpen ? (
        <p>{story.text}</p>
      ) : (
        <button type="button" className="quiet" onClick={read} aria-label={`Read “${story.title}”`}>
          Read
        </button>
      )}
    </li>
  );
}

/** What a campaign asks in this place, drawn by this page. */
function Letter() {
  const prompt = usePrompt("journal");
  if (!prompt) return null;
  const { title, text, primary, secondary } = prompt.content;
  return (
    <aside className="letter" aria-labelledby="letter-title">
      <h2 id="letter-title">{title}</h2>
      <p>{text}</p>
      <p className="actions">
        <button type="button" className="primary" onClick={prompt.accept}>
          {primary?.label}
        </button>
        <button type="button" className="quiet" onClick={prompt.decline}>
          {secondary?.label}
        </button>
      </p>
    </aside>
  );
}

function Why() {
  const { value, reason } = useFlagDetails("journal-layout", "list");
  const isReader = useSegment("reader");
  return (
    <p className="note">
      The flag <code>journal-layout</code> is “{value}” ({reason}). You are {isReader ? "" : "not yet "}in the
      segment <code>reader</code>.
    </p>
  );
}
