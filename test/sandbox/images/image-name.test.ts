import { describe, expect, it } from 'vitest';
import { fileNameOfImage, qualifiedImageName } from '../../../sandbox/images/image-name.ts';
import { ensureImage, imageNames } from '../../../sandbox/images/api.ts';

describe('an image name', () => {
  it.each([
    ['postgres:17', 'docker.io/library/postgres:17'],
    ['apache/airflow:3.3.2', 'docker.io/apache/airflow:3.3.2'],
    ['docker.io/apache/airflow:3.3.2', 'docker.io/apache/airflow:3.3.2'],
    ['registry.k8s.io/git-sync/git-sync:v4.4.2', 'registry.k8s.io/git-sync/git-sync:v4.4.2'],
    ['localhost/pause:1', 'localhost/pause:1'],
    ['127.0.0.1:5000/a', '127.0.0.1:5000/a:latest'],
    ['busybox', 'docker.io/library/busybox:latest'],
  ])('%s is %s in full', (name, full) => {
    expect(qualifiedImageName(name)).toBe(full);
  });

  it('is one path segment as a file name', () => {
    expect(fileNameOfImage('docker.io/apache/airflow:3.3.2')).toBe('docker.io_apache_airflow_3.3.2');
  });
});

describe('the list of images', () => {
  it('has full names only, each once', () => {
    expect(imageNames.map(qualifiedImageName)).toEqual(imageNames);
    expect(new Set(imageNames).size).toBe(imageNames.length);
  });

  it('is told to who asks for another one', async () => {
    await expect(ensureImage('postgres:12', () => {})).rejects.toThrow(
      /no recipe for the image postgres:12.*docker\.io\/library\/postgres:17/,
    );
  });
});
