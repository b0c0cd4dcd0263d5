// A page's script that puts one scene after another on screen.
import { define } from '../../ui/define.ts';
import { MessageList } from '../../ui/message-list.ts';
import { DeskComposer } from '../desk-composer.ts';
import { SupportDashboard } from '../support-dashboard.ts';
import { scenes } from './scenes.ts';
import { ScriptedConnection } from './scripted-connection.ts';

define('support-message-list', MessageList);
define('support-desk-composer', DeskComposer);
define('support-dashboard', SupportDashboard);

declare global {
  interface Window {
    /** Shows a scene. */
    stage(name: string, attributes?: Readonly<Record<string, string>>): Promise<void>;
  }
}

window.stage = async (name, attributes = {}) => {
  const scene = scenes[name];
  if (!scene) throw new Error(`There is no scene "${name}".`);
  document.querySelector('support-dashboard')?.remove();
  SupportDashboard.connect = () => {
    const connection = new ScriptedConnection(scene.state, scene.auth);
    connection.desk.hits = scene.hits ?? [];
    scene.prepare?.(connection);
    return connection;
  };
  const element = document.createElement('support-dashboard');
  element.setAttribute('supabase-url', 'https://stage.supabase.co');
  element.setAttribute('supabase-key', 'sb_publishable_stage');
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  document.body.append(element);
  await element.updateComplete;
};
